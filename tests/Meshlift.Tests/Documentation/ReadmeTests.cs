using System.CommandLine;
using System.Text;
using System.Text.RegularExpressions;
using Meshlift.CommandLine;
using Meshlift.CommandLine.Demo;
using Meshlift.Core.Configuration;

namespace Meshlift.Tests.Documentation;

/// <summary>What the README says is what happens.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string Root = FindRoot();
    private static readonly string Readme = File.ReadAllText(Path.Combine(Root, "README.md"));

    [Fact]
    public async Task Every_command_of_the_readme_works_in_a_repository_like_the_one_it_describes()
    {
        using var folder = new TempFolder();
        var demo = await DemoRepository.CreateAsync(folder.Path, default);
        var commands = Blocks("sh").SelectMany(block => block.Split('\n')).Select(line => line.Split('#')[0].Trim()).Where(line => line.StartsWith("meshlift ", StringComparison.Ordinal)).ToList();
        Assert.True(commands.Count >= 6);
        foreach (var command in commands)
        {
            using var output = new StringWriter();
            using var error = new StringWriter();
            string[] arguments = [.. command.Split(' ')[1..], "--config", Path.Combine(demo.Checkout, "meshlift.yaml")];
            var code = await CommandTree.RunAsync(arguments, new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = error });
            Assert.True(code == 0, $"{command}: {error}");
            // What render wrote is committed by its reader, who then goes on.
            await demo.ReadAsync(default, "add", "--all");
            await demo.ReadAsync(default, "commit", "--quiet", "--allow-empty", "-m", command);
        }
    }

    [Fact]
    public void The_configuration_of_the_readme_is_valid()
    {
        var mesh = MeshFile.Read(Encoding.UTF8.GetBytes(Assert.Single(Blocks("yaml"))), "README.md");
        Assert.Equal("shop", mesh.Name);
    }

    [Fact]
    public void Every_link_leads_to_a_file()
    {
        foreach (var document in (string[])["README.md", "CONTRIBUTING.md", .. Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Root, file))])
            foreach (var link in Link().Matches(File.ReadAllText(Path.Combine(Root, document))).Select(match => match.Groups[1].Value).Where(link => !link.Contains("://", StringComparison.Ordinal)))
                Assert.True(Path.Exists(Path.Combine(Root, Path.GetDirectoryName(document)!, link.Split('#')[0])), $"{document} links to {link}");
    }

    [Fact]
    public void Every_finding_in_the_code_is_explained()
    {
        var explained = Code().Matches(File.ReadAllText(Path.Combine(Root, "docs", "findings.md"))).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);
        var used = Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories).SelectMany(file => Code().Matches(File.ReadAllText(file)).Select(match => match.Value)).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(used.Order(StringComparer.Ordinal), explained.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Blocks(string language)
    {
        // A block in a list is indented by as much as its fence.
        foreach (Match match in Fence().Matches(Readme))
            if (match.Groups["language"].Value == language)
                yield return string.Join('\n', match.Groups["body"].Value.Split('\n').Select(line => line.StartsWith(match.Groups["indent"].Value, StringComparison.Ordinal) ? line[match.Groups["indent"].Length..] : line));
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Meshlift.slnx"))) folder = folder.Parent;
        return folder.FullName;
    }

    [GeneratedRegex(@"^(?<indent> *)```(?<language>\w+)\n(?<body>.*?)^\k<indent>```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\]\(([^)]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("ML[0-9]{4}")]
    private static partial Regex Code();
}
