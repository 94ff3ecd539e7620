using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AcademicBert.Tests.Documentation;

/// <summary>
/// Every C# block compiles against the library. A comment <c>&lt;!-- compiled with: … --&gt;</c>, which no reader sees, holds what the blocks of a page
/// take for granted, such as the rows they work on.
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

#if AUTOML
    private const string WithAutoML = "csharp automl";
#else
    private const string WithAutoML = "csharp";
#endif

    private static readonly CSharpParseOptions s_options = new(LanguageVersion.Preview);

    private static readonly MetadataReference[] s_references =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(file => MetadataReference.CreateFromFile(file))];

    public static IEnumerable<object[]> Pages => MarkdownPage.All.Where(page => Blocks(page).Any()).Select(page => new object[] { page.Name });

    [TestMethod]
    [DynamicData(nameof(Pages))]
    public void Blocks_OfAPage_Compile(string page) => Assert.AreEqual("", Errors(MarkdownPage.Of(page.Split('/'))));

    [TestMethod]
    public void Blocks_ThatDoNotCompile_AreFound()
    {
        string folder = Directory.CreateTempSubdirectory("academicbert-tests-").FullName;
        try
        {
            string page = Path.Combine(folder, "page.md");
            File.WriteAllText(page, "# Title\n\n```csharp\nvar context = new MLContext();\ncontext.Transforms.Text.BertPretend();\n```\n");
            Assert.Contains("BertPretend", Errors(MarkdownPage.Of(page)));
            Assert.Contains("page.md(5)", Errors(MarkdownPage.Of(page)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The adapter to Microsoft.ML.AutoML is built on request only.
    private static IEnumerable<CodeBlock> Blocks(MarkdownPage page) => page.Blocks.Where(block => block.Language is "csharp" or WithAutoML);

    private static string Errors(MarkdownPage page)
    {
        var usings = new StringBuilder();
        var statements = new StringBuilder();
        var types = new StringBuilder();
        foreach (Match hidden in Hidden().Matches(page.Prose))
            Add(hidden.Groups[1].Value, scope: false, "");
        foreach (CodeBlock block in Blocks(page))
            Add(block.Text, scope: true, $"#line {block.Line} \"{page.Name}\"\n");
        SyntaxTree[] trees = [CSharpSyntaxTree.ParseText(Usings, s_options), CSharpSyntaxTree.ParseText($"{usings}{statements}{types}", s_options)];
        CSharpCompilation compilation = CSharpCompilation.Create("Page", trees, s_references, new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        return string.Join('\n', compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(diagnostic =>
        {
            FileLinePositionSpan place = diagnostic.Location.GetMappedLineSpan();
            return $"{place.Path}({place.StartLinePosition.Line + 1}): {diagnostic.Id} {diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}";
        }));

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
