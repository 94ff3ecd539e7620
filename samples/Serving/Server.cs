using System.Text;

namespace AcademicBert.Serving;

/// <summary>What a client sends.</summary>
/// <param name="Text">The sentence to classify.</param>
public sealed record Question(string? Text);

/// <summary>What a client gets.</summary>
/// <param name="Label">The most probable class.</param>
/// <param name="Probabilities">The probability of each class.</param>
public sealed record Verdict(string Label, IReadOnlyDictionary<string, float> Probabilities);

/// <summary>The web service: a page at /, predictions at POST /predict, its state at /health.</summary>
public static class Server
{
    private const int LongestText = 20_000;

    /// <summary>Builds the service around a saved pipeline.</summary>
    /// <param name="modelPath">The pipeline's .zip.</param>
    /// <param name="arguments">Options of ASP.NET Core.</param>
    public static WebApplication Build(string modelPath, string[] arguments)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(arguments);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(_ => new Classifier(modelPath));
        builder.Services.AddSingleton(services => new MicroBatcher<string, Verdict>(services.GetRequiredService<Classifier>().Predict));
        WebApplication server = builder.Build();
        // Loaded now: a service that cannot answer should not start.
        MicroBatcher<string, Verdict> batcher = server.Services.GetRequiredService<MicroBatcher<string, Verdict>>();
        string page = Page();

        server.MapGet("/", () => Results.Content(page, "text/html", Encoding.UTF8));
        server.MapGet("/health", () => Results.Ok(new { status = "ready", answered = batcher.Answered, batches = batcher.Batches }));
        server.MapPost("/predict", async (Question question, CancellationToken cancelled) =>
            string.IsNullOrWhiteSpace(question.Text) ? Results.BadRequest(new { error = "Send { \"text\": \"...\" } with some text in it." })
            : question.Text.Length > LongestText ? Results.BadRequest(new { error = $"The text has {question.Text.Length} characters; at most {LongestText} are read." })
            : Results.Ok(await batcher.AskAsync(question.Text, cancelled)));
        return server;
    }

    private static string Page()
    {
        using var reader = new StreamReader(typeof(Server).Assembly.GetManifestResourceStream("page.html")!);
        return reader.ReadToEnd();
    }
}
