using System.Numerics.Tensors;
using AcademicBert.Modeling;

namespace AcademicBert.Interop.Onnx;

/// <summary>Weights as 8-bit numbers around zero, with a scale for each row of the parameter.</summary>
internal sealed class OnnxQuantizer(OnnxGraph graph, FlatParameters parameters)
{
    // Sums of two products with 8-bit activations stay within 16 bits, which processors without VNNI add them in.
    private const int Largest = 64;

    /// <summary>A matrix transposed for a product, (K, N), and the scales of its outputs, (N).</summary>
    public (string Matrix, string Scales) Matrix(string name)
    {
        // Tied to the word embeddings: transposed by the reader, so that the file holds them once.
        if (name == ParameterNames.WordEmbeddings)
        {
            (string rows, string scales) = Rows(name);
            return (graph.Node("Transpose", [rows], OnnxGraph.Attribute("perm", [1L, 0])), graph.Node("Reshape", [scales, graph.Constant(-1)]));
        }

        ParameterSlot slot = parameters.Slot(name);
        (sbyte[] rowMajor, float[] rowScales) = Quantize(slot);
        (int outputs, int inputs) = ((int)slot.Shape[0], (int)slot.Shape[1]);
        return (
            graph.Constant(name + ".transposed.int8", constant =>
            {
                sbyte[] transposed = new sbyte[rowMajor.Length];
                for (int output = 0; output < outputs; output++)
                    for (int input = 0; input < inputs; input++)
                        transposed[input * outputs + output] = rowMajor[output * inputs + input];
                return graph.Data.Int8(constant, transposed, inputs, outputs);
            }),
            graph.Constant(name + ".scales", constant => graph.Data.Float32(constant, rowScales, outputs)));
    }

    /// <summary>The rows of an embedding, (V, H), and their scales, (V, 1).</summary>
    public (string Rows, string Scales) Rows(string name)
    {
        ParameterSlot slot = parameters.Slot(name);
        (sbyte[] rows, float[] scales) = Quantize(slot);
        return (
            graph.Constant(name + ".int8", constant => graph.Data.Int8(constant, rows, slot.Shape)),
            graph.Constant(name + ".scales", constant => graph.Data.Float32(constant, scales, slot.Shape[0], 1)));
    }

    private (sbyte[] RowMajor, float[] Scales) Quantize(ParameterSlot slot)
    {
        int rows = (int)slot.Shape[0], columns = (int)slot.Shape[1];
        sbyte[] quantized = new sbyte[slot.Count];
        float[] scales = new float[rows];
        parameters.Read(slot, values =>
        {
            for (int row = 0; row < rows; row++)
            {
                ReadOnlySpan<float> from = values.Slice(row * columns, columns);
                float largest = TensorPrimitives.MaxMagnitude(from);
                scales[row] = MathF.Abs(largest) / Largest;
                for (int column = 0; column < columns && scales[row] > 0; column++)
                    quantized[row * columns + column] = (sbyte)MathF.Round(from[column] / scales[row]);
            }
        });
        return (quantized, scales);
    }
}
