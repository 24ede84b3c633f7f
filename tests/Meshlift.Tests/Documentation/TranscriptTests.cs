using System.CommandLine;
using System.Text;
using System.Text.RegularExpressions;
using Meshlift.Adapters.Processes;
using Meshlift.CommandLine;
using Meshlift.CommandLine.Demo;
using Meshlift.Tests.CommandLine;

namespace Meshlift.Tests.Documentation;

/// <summary>What documents show of a terminal is what a terminal shows. With UPDATE_GOLDEN=1 the documents are brought up to date.</summary>
public sealed partial class TranscriptTests
{
    [Theory]
    [InlineData("README.md", "1.30.3")]
    [InlineData("docs/patches.md", "1.29.6")]
    [InlineData("docs/diff.md", "1.29.6")]
    [InlineData("docs/check.md", "1.30.3")]
    [InlineData("docs/versions.md", "1.29.6")]
    [InlineData("docs/explain.md", "1.29.6", "1.30.3")]
    [InlineData("docs/migrate.md", "1.29.6", "1.30.3")]
    public async Task Every_command_prints_what_the_document_shows(string document, params string[] rendered)
    {
        using var folder = new TempFolder();
        var checkout = (await DemoRepository.CreateAsync(folder.Path, default)).Checkout;
        foreach (var version in rendered) await RunAsync(checkout, ["meshlift", "render", version]);
        var path = Path.Combine(FindRoot(), document);
        var (text, end) = (new StringBuilder(), 0);
        var written = await File.ReadAllTextAsync(path);
        foreach (Match block in Console().Matches(written))
        {
            text.Append(written, end, block.Index - end).Append(await PlayAsync(checkout, block));
            end = block.Index + block.Length;
        }
        Assert.True(end > 0, $"{document} shows nothing");
        text.Append(written, end, written.Length - end);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") await File.WriteAllTextAsync(path, text.ToString());
        else Assert.Equal(written, text.ToString());
    }

    private static async Task<string> PlayAsync(string checkout, Match block)
    {
        var indent = block.Groups["indent"].Value;
        var lines = block.Groups["body"].Value.Split('\n').Where(line => line.StartsWith($"{indent}$ ", StringComparison.Ordinal)).Select(line => line[(indent.Length + 2)..]);
        var shown = new StringBuilder();
        foreach (var line in lines)
            shown.Append($"$ {line}\n").Append(await RunAsync(checkout, [.. Word().Matches(line).Select(word => word.Value.Trim('\''))]));
        return $"{indent}```console\n{string.Concat(shown.ToString().TrimEnd('\n').Split('\n').Select(line => (indent + line).TrimEnd() + "\n"))}{indent}```";
    }

    private static async Task<string> RunAsync(string checkout, string[] words)
    {
        switch (words)
        {
            // It takes paths, which start from the folder that a process is in.
            case ["meshlift", "explain", .. var arguments]:
                return (await MeshliftProcess.RunAsync(checkout, ["explain", .. arguments])).Output;
            case ["meshlift", .. var arguments]:
                using (var output = new StringWriter())
                {
                    await CommandTree.RunAsync([.. arguments, "--config", Path.Combine(checkout, "meshlift.yaml")], new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = output });
                    return output.ToString();
                }
            case ["git", .. var arguments]:
                string[] identity = ["-c", "user.name=Reader", "-c", "user.email=reader@example.com", "-c", "commit.gpgSign=false"];
                return (await new ExternalProgram("git", "install Git", TimeProvider.System).RunAsync(new ProgramCall(checkout, [.. identity, .. arguments]), default)).OutputText;
            case ["cat", var file]:
                return await File.ReadAllTextAsync(Path.Combine(checkout, file));
            case ["sed", "-i", ['s', '/', .. var change], var file] when change.TrimEnd('/').Split('/') is [var from, var to]:
                await EditAsync(Path.Combine(checkout, file), text => text.Replace(from, to, StringComparison.Ordinal));
                return "";
            case ["sed", "-i", ['/', .. var line, '/', 'd'], var file]:
                await EditAsync(Path.Combine(checkout, file), text => string.Join('\n', text.Split('\n').Where(one => !one.Contains(line, StringComparison.Ordinal))));
                return "";
            default:
                throw new NotSupportedException($"teach this test what '{string.Join(' ', words)}' does");
        }
    }

    private static async Task EditAsync(string file, Func<string, string> edit)
    {
        var text = await File.ReadAllTextAsync(file);
        Assert.NotEqual(text, edit(text));
        await File.WriteAllTextAsync(file, edit(text));
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Meshlift.slnx"))) folder = folder.Parent;
        return folder.FullName;
    }

    [GeneratedRegex(@"^(?<indent> *)```console\n(?<body>.*?)^\k<indent>```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Console();

    [GeneratedRegex("'[^']*'|[^ ]+")]
    private static partial Regex Word();
}
