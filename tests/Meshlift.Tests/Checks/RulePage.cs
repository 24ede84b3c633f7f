using System.Text.RegularExpressions;

namespace Meshlift.Tests.Checks;

/// <summary>A page of docs/rules/: an example that fails and one that passes, each of one or several files.</summary>
internal sealed partial class RulePage
{
    private static readonly string Folder = FindFolder();

    private RulePage(string text) => (Text, Examples) = (text, [.. Example().Matches(text).Select(match => Files(match.Groups["yaml"].Value))]);

    public string Text { get; }

    /// <summary>The files of each example, by name.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Examples { get; }

    /// <summary>The codes that have a page, in order.</summary>
    public static IEnumerable<string> Codes => Directory.EnumerateFiles(Folder, "ML*.md").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    /// <summary>The page about all rules.</summary>
    public static string Overview() => File.ReadAllText(Path.Combine(Folder, "README.md"));

    public static RulePage Read(string code) => new(File.ReadAllText(Path.Combine(Folder, $"{code}.md")));

    /// <summary>File and line of the fault: marked <c># here</c>, else the first line.</summary>
    public (string File, int Line) Fault()
    {
        foreach (var (file, text) in Examples[0])
            if (Array.FindIndex(text.Split('\n'), line => line.EndsWith("# here", StringComparison.Ordinal)) is var index and >= 0)
                // A mark on a line of its own is about the next one.
                return (file, text.Split('\n')[index].Trim() == "# here" ? index + 2 : index + 1);
        return (Examples[0].Keys.First(), 1);
    }

    private static Dictionary<string, string> Files(string example)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        var parts = FileName().Split(example);
        if (parts[0].Trim().Length > 0) files["example.yaml"] = parts[0];
        for (var i = 1; i < parts.Length; i += 2) files[parts[i]] = parts[i + 1];
        return files;
    }

    private static string FindFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Meshlift.slnx"))) folder = folder.Parent;
        return Path.Combine(folder.FullName, "docs", "rules");
    }

    [GeneratedRegex("^```yaml\n(?<yaml>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex("^# file: (?<name>.*)\n", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex FileName();
}
