using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Meshlift.Core.Drifting;
using Meshlift.Core.Findings;
using Meshlift.Engine.Drifting;
using Meshlift.Yaml;

namespace Meshlift.CommandLine.Output;

/// <summary>Drift for people.</summary>
/// <param name="output">Where to.</param>
/// <param name="showsOthers">True to list the fields of others.</param>
internal sealed class DriftText(TextWriter output, bool showsOthers)
{
    private const int MostLines = 12;

    /// <summary>Prints it.</summary>
    public void Write(ImmutableArray<ComparedCluster> fleet)
    {
        foreach (var cluster in fleet)
        {
            foreach (var finding in Shown(cluster, showsOthers)) Write(cluster.Name, finding);
            if (cluster.Drift is null) WriteLine($"{cluster.Name}: unknown: {cluster.Problem!.Message.Split('\n')[0]}");
            foreach (var remark in cluster.Drift?.Remarks ?? []) WriteLine($"{cluster.Name}: {remark}");
        }
        WriteLine(Summary(fleet, showsOthers));
    }

    private void Write(string cluster, DriftFinding finding)
    {
        WriteLine($"{cluster}: {Sentence(finding)}");
        foreach (var one in Shown(finding, showsOthers))
        {
            WriteLine($"  {one.Path}{(one.Owner is null ? "" : $": {one.Owner}")}");
            if (one.IsHidden) WriteLine("    the values of a Secret are not shown");
            else
            {
                WriteValue("Git:     ", one.Git);
                WriteValue("cluster: ", one.Live);
            }
            if (By(one.Author) is { } by) WriteLine($"    {by}");
        }
    }

    private void WriteValue(string head, YamlNode? node)
    {
        var lines = Lines(node);
        for (var i = 0; i < Math.Min(lines.Length, MostLines); i++) WriteLine($"    {(i == 0 ? head : new string(' ', head.Length))}{lines[i]}");
        if (lines.Length > MostLines) WriteLine($"    {new string(' ', head.Length)}... and {Counted.Of(lines.Length - MostLines, "more line")}");
    }

    /// <summary>The findings that are shown.</summary>
    public static IEnumerable<DriftFinding> Shown(ComparedCluster cluster, bool showsOthers) => cluster.Drift is not { } drift ? [] : showsOthers ? drift.Findings : drift.Real;

    /// <summary>The fields that are shown.</summary>
    public static IEnumerable<DriftedField> Shown(DriftFinding finding, bool showsOthers) => finding.Fields.Where(one => showsOthers || one.Owner is null);

    /// <summary><c>Deployment istio-system/istiod differs from clusters/eu/...yaml:1:1</c>.</summary>
    public static string Sentence(DriftFinding finding)
    {
        var text = finding.Kind switch
        {
            DriftKind.Missing => $"{finding.Resource} of {finding.Origin} is missing",
            DriftKind.Differs => $"{finding.Resource} differs from {finding.Origin}",
            DriftKind.Refused => $"{finding.Resource} cannot be as {finding.Origin} says",
            DriftKind.LeftOver => $"{finding.Resource} is left over",
            _ => $"{finding.Resource} of {finding.Origin} is unknown",
        };
        return finding.Reason.Length == 0 ? text : $"{text}: {DiffReport.OneLine(finding.Reason)}";
    }

    /// <summary>Who wrote what the cluster has; null when that is not known.</summary>
    public static string? By(FieldAuthor? author) => author is null ? null
        : $"by {author.Manager} ({author.Operation}){(author.Time is { } time ? string.Create(CultureInfo.InvariantCulture, $", {time.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}") : "")}";

    /// <summary>A value as lines; a text that could be taken for something else stands in quotes.</summary>
    public static string[] Lines(YamlNode? node) => node switch
    {
        null => ["(nothing)"],
        YamlScalar { AsString: { } text } when text.Length == 0 || (!text.Contains('\n', StringComparison.Ordinal) && YamlScalar.FromPlainText(text).Kind != ScalarKind.String) => [$"\"{text}\""],
        YamlScalar scalar => scalar.Value.TrimEnd('\n').Split('\n'),
        _ => Encoding.UTF8.GetString(CanonicalYaml.Write(node).Span).TrimEnd('\n').Split('\n'),
    };

    /// <summary>All in one sentence.</summary>
    public static string Summary(ImmutableArray<ComparedCluster> fleet, bool showsOthers)
    {
        var known = fleet.Select(cluster => cluster.Drift).OfType<ClusterDrift>().ToList();
        var counts = Enum.GetValues<DriftKind>().Select(kind => (kind, Count: known.Sum(drift => drift.Count(kind)))).Where(one => one.Count > 0).Select(one => $"{one.Count} {Phrase(one.kind, one.Count)}").ToList();
        if (known.Count == 0) return $"nothing is known of {Counted.Of(fleet.Length, "cluster")}";
        var nothing = known.Any(drift => drift.IsPartial) ? "no drift in what could be read" : "no drift";
        var text = $"{Counted.Of(fleet.Length, "cluster")}, {Counted.Of(known.Sum(drift => drift.Compared), "object")}: {(counts.Count == 0 ? nothing : string.Join(", ", counts))}";
        if (known.Sum(drift => drift.Folded) is > 0 and var folded) text += $"; {Counted.Of(folded, "field belongs", "fields belong")} to others{(showsOthers ? "" : " (--all lists them)")}";
        return known.Count == fleet.Length ? text : $"{text}; nothing is known of {Counted.Of(fleet.Length - known.Count, "cluster")}";
    }

    /// <summary>The kind as a word of the JSON.</summary>
    public static string Word(DriftKind kind) => kind == DriftKind.LeftOver ? "left-over" : kind.ToString().ToLowerInvariant();

    private static string Phrase(DriftKind kind, int count) => kind switch
    {
        DriftKind.Differs => count == 1 ? "differs" : "differ",
        DriftKind.LeftOver => "left over",
        _ => Word(kind),
    };

    /// <summary>Names and values come from clusters and files, which must not steer the terminal.</summary>
    private void WriteLine(string text) => output.WriteLine(Adapters.Processes.Redaction.WithoutControls(text));
}
