using System.Collections.Immutable;
using System.Text;
using Meshlift.Core.Drifting;
using Meshlift.Engine.Drifting;
using Meshlift.Yaml;

namespace Meshlift.CommandLine.Output;

/// <summary>Drift for an issue or a pull request. Names and values of others stand escaped or in code spans.</summary>
internal static class DriftMarkdown
{
    // GitHub takes 65,536 characters, and a value alone may have more.
    private const int Longest = 60_000;
    private const int LongestValue = 200;

    /// <summary>The text; where the room ends, findings are counted.</summary>
    public static string Of(ImmutableArray<ComparedCluster> fleet, bool showsOthers)
    {
        var text = new StringBuilder($"## Drift\n\n{DiffMarkdown.Inline(DriftText.Summary(fleet, showsOthers))}\n");
        var left = 0;
        foreach (var cluster in fleet)
        {
            var parts = DriftText.Shown(cluster, showsOthers).Select(finding => Section(finding, showsOthers)).Concat((cluster.Drift?.Remarks ?? []).Select(remark => $"- {DiffMarkdown.Inline(remark)}\n")).ToList();
            if (cluster.Problem is { } problem) parts.Add($"- unknown: {DiffMarkdown.Inline(problem.Message)}\n");
            if (parts.Count > 0) text.Append(null, $"\n### {DiffMarkdown.Inline(cluster.Name)}\n\n");
            foreach (var part in parts)
                if (text.Length + part.Length <= Longest) text.Append(part);
                else left++;
        }
        if (left > 0) text.Append(null, $"\n**{left} more are not shown, because forges cut long texts; `meshlift drift` shows everything.**\n");
        return text.ToString();
    }

    private static string Section(DriftFinding finding, bool showsOthers)
    {
        var text = new StringBuilder($"- **{DriftText.Word(finding.Kind)}** {DiffMarkdown.Inline(DriftText.Sentence(finding))}\n");
        foreach (var one in DriftText.Shown(finding, showsOthers))
        {
            text.Append(null, $"  - {DiffMarkdown.Code(one.Path)}: {(one.IsHidden ? "values of a Secret are not shown" : $"{Value(one.Git)} in Git, {Value(one.Live)} in the cluster")}");
            if (DriftText.By(one.Author) is { } by) text.Append(", ").Append(DiffMarkdown.Inline(by));
            text.Append(one.Owner is null ? "\n" : $" ({DiffMarkdown.Inline(one.Owner)})\n");
        }
        return text.ToString();
    }

    private static string Value(YamlNode? node)
    {
        if (node is null) return "nothing";
        var line = string.Join(' ', DriftText.Lines(node));
        return DiffMarkdown.Code(line.Length <= LongestValue ? line : line[..LongestValue] + "…");
    }
}
