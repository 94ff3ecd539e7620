using AcademicBert.Files;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace AcademicBert.Tables;

/// <summary>ML.NET's file of a model that predicts rows of text: it reads the text columns and adds <c>PredictedLabel</c>, as text, and <c>Score</c>.</summary>
internal static class TablePipeline
{
    /// <param name="context">The context the model was made in.</param>
    /// <param name="model">The model.</param>
    /// <param name="columns">Names the columns of texts.</param>
    /// <param name="hasClasses">Whether it predicts classes, of texts or words, rather than numbers.</param>
    /// <param name="path">The file; one of that name is replaced.</param>
    public static void Save(MLContext context, ITransformer model, TableOptions columns, bool hasClasses, string path)
    {
        IDataView none = TextView.Of<TextOfRow>(context, [], columns);
        ITransformer chain = hasClasses
            ? new TransformerChain<ITransformer>(model, context.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(model.Transform(none)))
            : model;
        NewFile.Write(path, stream => context.Model.Save(chain, none.Schema, stream));
    }
}
