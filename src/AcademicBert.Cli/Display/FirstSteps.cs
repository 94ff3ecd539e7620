using Spectre.Console;

namespace AcademicBert.Cli.Display;

/// <summary>What <c>academicbert</c> alone says: what to do next.</summary>
internal static class FirstSteps
{
    private const string Text = """
        academicbert trains BERT on your text within a time budget.

          academicbert doctor                      what this machine can do, and what would make it faster
          academicbert pretrain TEXT --run runs/first --recipe nano-quickstart
                                                   a small model from text files or folders, in two minutes
          academicbert finetune runs/first/model --data LABELLED.tsv --text COLUMN --label COLUMN --learningRate 1e-3 --run runs/labels
                                                   a model that labels texts, learnt from examples; large models want 5e-5
          academicbert predict runs/labels/model TEXT
                                                   its label, and how probable that is
          academicbert embed runs/first/model LINES.txt --output vectors.tsv
                                                   a vector for each line of a file
          academicbert export runs/first/model --output onnx
                                                   the model for ONNX Runtime, Hugging Face or ML.NET

        'academicbert --help' lists all commands, 'academicbert COMMAND --help' every option of one.
        """;

    /// <summary>Writes it.</summary>
    public static void Write(IAnsiConsole console) => new ConsoleLines(console).Note(Text);
}
