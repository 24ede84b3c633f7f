using System.Text;
using System.Text.RegularExpressions;

namespace Meshlift.Tests.Onboarding;

/// <summary>What docs/init.md shows of each kind of repository is what <c>init</c> prints there. With UPDATE_GOLDEN=1 the document is brought up to date.</summary>
public sealed partial class InitDocumentTests
{
    private static readonly string Document = Path.Combine(FindRoot(), "docs", "init.md");

    [HelmFact]
    public async Task Every_transcript_is_what_init_prints()
    {
        Func<FoundRepository, Task<(string[] Arguments, List<Core.Manifests.Resource> Standing)>>[] kinds =
            [FoundKinds.FolderForEachKindAsync, FoundKinds.HelmfileAsync, FoundKinds.FluxReleasesAsync, FoundKinds.PlainFoldersAsync, FoundKinds.OperatorAloneAsync];
        var written = await File.ReadAllTextAsync(Document);
        var blocks = Console().Matches(written);
        Assert.Equal(kinds.Length, blocks.Count);
        var (text, end) = (new StringBuilder(), 0);
        for (var i = 0; i < kinds.Length; i++)
        {
            using var repository = new FoundRepository();
            var (arguments, _) = await kinds[i](repository);
            // Which program renders is no matter of the document.
            var shown = arguments.TakeWhile(argument => argument != "--program").Select(argument => argument.StartsWith("--", StringComparison.Ordinal) ? $" \\\n    {argument}" : $" {argument}");
            var said = (await repository.InitAsync(arguments)).Replace(repository.Beside.Path, "/srv", StringComparison.Ordinal);
            var block = $"```console\n$ meshlift init{string.Concat(shown)}\n{said.Replace("/srv/platform/meshlift.yaml", "meshlift.yaml", StringComparison.Ordinal)}```\n";
            text.Append(written, end, blocks[i].Index - end).Append(block);
            end = blocks[i].Index + blocks[i].Length;
        }
        text.Append(written, end, written.Length - end);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") await File.WriteAllTextAsync(Document, text.ToString());
        else Assert.Equal(written, text.ToString());
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Meshlift.slnx"))) folder = folder.Parent;
        return folder.FullName;
    }

    [GeneratedRegex(@"^```console\n(.*?)^```\n", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Console();
}
