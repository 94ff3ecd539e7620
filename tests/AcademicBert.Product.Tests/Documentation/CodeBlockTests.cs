using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AcademicBert.Tests.Documentation;

/// <summary>
/// Every C# block compiles against the library. One of ```csharp program is what a reader pastes into a new project: it compiles with nothing added.
/// For the others, a comment <c>&lt;!-- compiled with: … --&gt;</c>, which no reader sees, holds what they take for granted, such as the rows they work on.
/// </summary>
[TestClass]
public sealed partial class CodeBlockTests
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;
        global using System.Threading.Tasks;
        global using AcademicBert.Corpus;
        global using AcademicBert.Finetuning;
        global using AcademicBert.Glue;
        global using AcademicBert.Interop;
        global using AcademicBert.Modeling;
        global using AcademicBert.Pretraining;
        global using AcademicBert.Scoring;
        global using AcademicBert.Training;
        global using Microsoft.ML;
        global using Microsoft.ML.Data;
        """;

    // Those of a new console project.
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private const string Program = "csharp program";

#if AUTOML
    private const string WithAutoML = "csharp automl";
#else
    private const string WithAutoML = "csharp";
#endif

    // The feature allows a program of one file its #:package lines.
    private static readonly CSharpParseOptions s_options = new CSharpParseOptions(LanguageVersion.Preview).WithFeatures([new("FileBasedProgram", "true")]);

    private static readonly MetadataReference[] s_references =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(file => MetadataReference.CreateFromFile(file))];

    public static IEnumerable<object[]> Pages => MarkdownPage.All.Where(page => Blocks(page).Any()).Select(page => new object[] { page.Name });

    [TestMethod]
    [DynamicData(nameof(Pages))]
    public void Blocks_OfAPage_Compile(string page) => Assert.AreEqual("", Errors(MarkdownPage.Of(page.Split('/'))));

    // Where a newcomer pastes from.
    [TestMethod]
    [DataRow("README.md")]
    [DataRow("docs/first-hour.md")]
    [DataRow("src/AcademicBert.ML/README.md")]
    public void Blocks_OfAPageForNewcomers_AreWholePrograms(string page)
    {
        IEnumerable<CodeBlock> blocks = Blocks(MarkdownPage.Of(page.Split('/')));
        Assert.AreNotEqual(0, blocks.Count());
        Assert.IsTrue(blocks.All(block => block.Language == Program));
    }

    [TestMethod]
    public void Blocks_ThatDoNotCompile_AreFound()
    {
        string errors = ErrorsOf("# Title\n\n```csharp\nvar context = new MLContext();\ncontext.Transforms.Text.BertPretend();\n```\n");
        Assert.Contains("BertPretend", errors);
        Assert.Contains("page.md(5)", errors);
    }

    [TestMethod]
    public void Programs_ThatTakeSomethingForGranted_AreFound()
    {
        const string Hidden = "<!-- compiled with:\nvar rows = new List<string>();\n-->\n", Whole = "```csharp program\nusing Microsoft.ML;\nvar context = new MLContext();\n";
        Assert.AreEqual("", ErrorsOf($"{Hidden}{Whole}```\n"));
        Assert.Contains("page.md(7): CS0103", ErrorsOf($"{Hidden}{Whole}Console.WriteLine(rows);\n```\n"));
        Assert.Contains("page.md(2): CS0246", ErrorsOf("```csharp program\nvar context = new MLContext();\n```\n"));
    }

    private static string ErrorsOf(string text)
    {
        string folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;
        try
        {
            string page = Path.Combine(folder, "page.md");
            File.WriteAllText(page, text);
            return Errors(MarkdownPage.Of(page));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The adapter to Microsoft.ML.AutoML is built on request only.
    private static IEnumerable<CodeBlock> Blocks(MarkdownPage page) => page.Blocks.Where(block => block.Language is "csharp" or Program or WithAutoML);

    private static string Errors(MarkdownPage page)
    {
        ILookup<bool, CodeBlock> blocks = Blocks(page).ToLookup(block => block.Language == Program);
        IEnumerable<string> programs = blocks[true].Select(block => Errors(ImplicitUsings, $"#line {block.Line} \"{page.Name}\"\n{block.Text}"));
        string others = blocks[false].Any() ? Errors(Usings, Joined(page, blocks[false])) : "";
        return string.Join('\n', programs.Append(others).Where(errors => errors.Length > 0));
    }

    private static string Errors(string usings, string text)
    {
        SyntaxTree[] trees = [CSharpSyntaxTree.ParseText(usings, s_options), CSharpSyntaxTree.ParseText(text, s_options)];
        CSharpCompilation compilation = CSharpCompilation.Create("Page", trees, s_references, new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        return string.Join('\n', compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(diagnostic =>
        {
            FileLinePositionSpan place = diagnostic.Location.GetMappedLineSpan();
            return $"{place.Path}({place.StartLinePosition.Line + 1}): {diagnostic.Id} {diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}";
        }));
    }

    // Blocks that are no programs, after what they take for granted.
    private static string Joined(MarkdownPage page, IEnumerable<CodeBlock> blocks)
    {
        var usings = new StringBuilder();
        var statements = new StringBuilder();
        var types = new StringBuilder();
        foreach (Match hidden in Hidden().Matches(page.Prose))
            Add(hidden.Groups[1].Value, scope: false, "");
        foreach (CodeBlock block in blocks)
            Add(block.Text, scope: true, $"#line {block.Line} \"{page.Name}\"\n");
        return $"{usings}{statements}{types}";

        // Each block has a scope of its own, as if it were a program that follows what is taken for granted.
        void Add(string text, bool scope, string place)
        {
            // Lines keep their numbers: what is taken out leaves its line breaks.
            CompilationUnitSyntax unit = CSharpSyntaxTree.ParseText(text, s_options).GetCompilationUnitRoot();
            char[] body = text.ToCharArray();
            foreach (UsingDirectiveSyntax directive in unit.Usings)
                Move(directive, usings);
            foreach (MemberDeclarationSyntax type in unit.Members.Where(member => member is not GlobalStatementSyntax))
                Move(type, types);
            statements.Append(scope ? "{\n" : "").Append(place).Append(body).Append(scope ? "\n#line default\n}\n" : "\n");

            void Move(SyntaxNode node, StringBuilder to)
            {
                to.Append(node).Append('\n');
                for (int i = node.SpanStart; i < node.Span.End; i++)
                    body[i] = body[i] == '\n' ? '\n' : ' ';
            }
        }
    }

    [GeneratedRegex("<!-- compiled with:(.*?)-->", RegexOptions.Singleline)]
    private static partial Regex Hidden();
}
