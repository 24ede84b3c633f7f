using System.CommandLine;
using System.Text;
using System.Text.RegularExpressions;
using Meshlift.CommandLine;
using Meshlift.CommandLine.Demo;

namespace Meshlift.Tests.Documentation;

/// <summary>What docs/tags.md shows is what the program prints.</summary>
public sealed partial class TagsDocumentTests
{
    [Fact]
    public async Task The_transcript_is_real()
    {
        using var folder = new TempFolder();
        var demo = await DemoRepository.CreateAsync(folder.Path, default);
        foreach (var version in (string[])["1.29.6", "1.30.3"]) await RunAsync(demo, "render", version);
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(demo.Checkout, "apps")).FullName, "shop.yaml"), "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels: { istio.io/rev: canary }\n");
        await demo.ReadAsync(default, "add", "--all");
        await demo.ReadAsync(default, "commit", "--quiet", "-m", "Render two versions");

        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "Meshlift.slnx"))) root = root.Parent;
        var document = await File.ReadAllTextAsync(Path.Combine(root.FullName, "docs", "tags.md"));
        var shown = Transcript().Matches(document).Select(match => match.Groups["body"].Value).ToList();
        Assert.True(shown.Count >= 3);
        foreach (var block in shown)
        {
            var run = new StringBuilder();
            foreach (var command in block.Split('\n').Where(line => line.StartsWith("$ ", StringComparison.Ordinal)))
                run.Append(command).Append('\n').Append(await RunAsync(demo, command.Split(' ')[2..]));
            Assert.Equal(WithoutCommits(block), WithoutCommits(run.ToString()));
        }
    }

    private static async Task<string> RunAsync(DemoRepository demo, params string[] arguments)
    {
        using var output = new StringWriter();
        await CommandTree.RunAsync([.. arguments, "--config", Path.Combine(demo.Checkout, "meshlift.yaml")], new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = output });
        return output.ToString();
    }

    private static string WithoutCommits(string text) => Commit().Replace(text, " at COMMIT\n");

    [GeneratedRegex(@"^```console\n(?<body>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Transcript();

    [GeneratedRegex(" at [0-9a-f]{10}\n")]
    private static partial Regex Commit();
}
