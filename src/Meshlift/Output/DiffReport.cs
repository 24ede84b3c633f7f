using System.Collections.Immutable;
using System.Text;
using Meshlift.Adapters.Processes;
using Meshlift.Core.Diffing;
using Meshlift.Core.Findings;
using Meshlift.Engine.Diffing;
using Meshlift.Yaml;

namespace Meshlift.CommandLine.Output;

/// <summary>One pair of sides and what is shown of it.</summary>
/// <param name="Sides">The sides and all that lies between them.</param>
/// <param name="Selected">What was asked for, the most dangerous first.</param>
internal sealed record ShownDifference(ClusterDifference Sides, ImmutableArray<ResourceDiff> Selected)
{
    /// <summary>How many resources differ and were not asked for.</summary>
    public int Hidden => Sides.Difference.Real.Count() - Selected.Length;
}

/// <summary>What custom resources some clusters have in common would come to.</summary>
/// <param name="Clusters">The clusters; empty when nothing was said of clusters.</param>
/// <param name="Resources">What was found.</param>
internal sealed record ShownResources(ImmutableArray<string> Clusters, RepositoryResources Resources);

/// <summary>Changes of one resource that are the same at several places.</summary>
/// <param name="Change">The first of them.</param>
/// <param name="Others">Where the others are.</param>
internal sealed record SameChanges(Change Change, ImmutableArray<DiffPath> Others);

/// <summary>What <c>diff</c> prints, in whatever form.</summary>
/// <param name="Shown">What was compared; more than one only of several clusters.</param>
/// <param name="Failed">Clusters that could not be compared.</param>
/// <param name="Sections">What differs, shared out among the clusters.</param>
/// <param name="CustomResources">Custom resources that changed definitions treat otherwise.</param>
internal sealed record DiffReport(ImmutableArray<ShownDifference> Shown, ImmutableArray<ClusterFailure> Failed, ImmutableArray<DiffSection> Sections, ImmutableArray<ShownResources> CustomResources)
{
    /// <summary>Puts a report together.</summary>
    /// <param name="compared">What was compared; not empty.</param>
    /// <param name="failed">Clusters that could not be compared.</param>
    /// <param name="selection">What was asked for.</param>
    /// <param name="repository">Looks for custom resources.</param>
    public static DiffReport Of(ImmutableArray<ClusterDifference> compared, ImmutableArray<ClusterFailure> failed, DiffSelection selection, Func<ClusterDifference, RepositoryResources> repository)
    {
        var shown = compared.Select(sides => new ShownDifference(sides, selection.Of(sides.Difference))).ToImmutableArray();
        var isFleet = compared[0].Cluster is not null;
        ImmutableArray<DiffSection> sections = isFleet
            ? DiffSection.Of([.. shown.Select(one => (one.Sides.Cluster!, one.Selected))])
            : [.. shown.Where(one => !one.Selected.IsEmpty).Select(one => new DiffSection([], one.Selected))];
        // The definitions of clusters are mostly the same, and to look through a repository takes longer than anything else.
        var definitions = DiffSection.Of([.. compared.Select((sides, i) => ($"{i}", sides.Difference.Resources.Where(resource => !resource.IsNoise && resource.Identity.Kind == "CustomResourceDefinition").ToImmutableArray()))]);
        var clusters = compared.Select((_, i) => string.Join(' ', definitions.Select((section, at) => section.Clusters.Contains($"{i}", StringComparer.Ordinal) ? at : -1).Where(at => at >= 0))).ToList();
        var found = compared.Index().GroupBy(one => clusters[one.Index], StringComparer.Ordinal)
            .Select(group => new ShownResources(isFleet ? [.. group.Select(one => one.Item.Cluster!)] : [], repository(group.First().Item)));
        return new DiffReport(shown, failed, sections, [.. found]);
    }

    /// <summary>True when there is something to show.</summary>
    public bool HasDifferences => !Sections.IsEmpty;

    /// <summary>True when clusters are told apart.</summary>
    public bool IsFleet => Shown[0].Sides.Cluster is not null;

    /// <summary>The sides and their names.</summary>
    public string Title
    {
        get
        {
            var sides = Shown[0].Sides;
            var names = sides.Difference.Names;
            return OneLine(names.RevisionBefore is { } before ? $"{sides.Before.Name} -> {sides.After.Name}, revision {before} -> {names.RevisionAfter}" : $"{sides.Before.Name} -> {sides.After.Name}");
        }
    }

    /// <summary>Clusters as a heading has them: <c>the same in eu-1, eu-2</c>, <c>only in us-1</c>; null when nothing is to be said.</summary>
    public string? NameOf(ImmutableArray<string> clusters) =>
        clusters.IsEmpty ? null : clusters.Length == Shown.Length && clusters.Length > 1 && Failed.IsEmpty ? $"the same in all clusters: {string.Join(", ", clusters)}"
        : clusters.Length == 1 ? $"only in {clusters[0]}" : $"the same in {string.Join(", ", clusters)}";

    /// <summary>The sums, as sentences; equal ones of several clusters once.</summary>
    public IEnumerable<string> Sums()
    {
        if (!IsFleet) return SumsOf(Shown[0]);
        return Shown.GroupBy(one => string.Join('\n', SumsOf(one)), one => one.Sides.Cluster!, StringComparer.Ordinal)
            .SelectMany(group => group.Key.Split('\n').Select((sum, i) => i == 0 ? $"{string.Join(", ", group)}: {sum}" : $"  {sum}"))
            .Concat(Failed.Select(failure => $"{failure.Cluster}: not compared, {OneLine(failure.Error.Message)}"));
    }

    private static IEnumerable<string> SumsOf(ShownDifference shown)
    {
        var (difference, sides) = (shown.Sides.Difference, shown.Sides);
        var risks = Enum.GetValues<DiffRisk>().Reverse().Select(risk => (Risk: risk, Count: shown.Selected.Count(resource => resource.Risk == risk))).Where(one => one.Count > 0).Select(one => $"{one.Count} {NameOf(one.Risk)}");
        yield return shown.Selected.IsEmpty
            ? shown.Hidden == 0 ? "no differences" : "no differences of those that were asked for"
            : $"{Counted.Of(shown.Selected.Length, "resource differs", "resources differ")}: {string.Join(", ", risks)}";
        if (shown.Hidden > 0) yield return $"not shown: {Counted.Of(shown.Hidden, "other resource that differs", "other resources that differ")}";
        var noise = difference.Resources.Count(resource => resource.IsNoise);
        yield return $"{Counted.Of(difference.Same, "resource is", "resources are")} the same{(noise == 0 ? "" : $", {noise} but for what is folded")}";
        if (!difference.Folded.IsEmpty) yield return $"folded: {string.Join(", ", difference.Folded.Select(one => NameOf(one.Key, one.Value)))}";
        if (sides.Before.LeftOut + sides.After.LeftOut is > 0 and var leftOut) yield return $"left out: {Counted.Of(leftOut, "document that is no Kubernetes object", "documents that are no Kubernetes objects")}";
    }

    /// <summary>The changes of a resource in their order, those that are the same at several places together.</summary>
    public static IEnumerable<SameChanges> Groups(ResourceDiff resource) => resource.Changes
        .GroupBy(change => (change.Kind, change.Risk, change.Reason, change.Kind == DiffKind.Moved ? change.Path.ToString() : string.Join('\n', Values(resource, change))))
        .Select(group => new SameChanges(group.First(), [.. group.Skip(1).Select(change => change.Path)]));

    /// <summary>What is not evaluated, unread and left out, as sentences.</summary>
    public static IEnumerable<string> Remarks(RepositoryResources resources)
    {
        foreach (var demand in resources.Verdict.NotEvaluated)
            yield return OneLine($"not evaluated: {demand.Definition.Name} {demand.Version} {(demand.Field.Length == 0 ? "" : demand.Field + " ")}now demands '{demand.Demand}': {demand.Reason}; {Counted.Of(demand.Resources, "resource has the field", "resources have the field")}");
        foreach (var file in resources.Unread) yield return OneLine($"not looked at: {file.Place}: {file.Reason}");
        if (resources.Rendered > 0) yield return $"left out: {Counted.Of(resources.Rendered, "custom resource", "custom resources")} that the compared renderings bring themselves";
    }

    /// <summary>Text of others in one line, without what would steer a terminal.</summary>
    public static string OneLine(string text) => Redaction.WithoutControls(text.ReplaceLineEndings(" "));

    /// <summary>The name of a resource.</summary>
    public static string NameOf(ResourceDiff resource) => OneLine(resource.IsRenamed ? $"{resource.Identity} (was {resource.Before!.Identity.Name})" : resource.Identity.ToString());

    /// <summary>The name of a risk.</summary>
    public static string NameOf(DiffRisk risk) => risk.ToString().ToLowerInvariant();

    /// <summary>The name of what became of something.</summary>
    public static string NameOf(DiffKind kind) => kind.ToString().ToLowerInvariant();

    private static string NameOf(DiffNoise noise, int count) => noise switch
    {
        DiffNoise.Version => Counted.Of(count, "version"),
        DiffNoise.ImageTag => Counted.Of(count, "image tag that follows the version", "image tags that follow the version"),
        DiffNoise.Revision => Counted.Of(count, "name of the revision", "names of the revision"),
        DiffNoise.Order => Counted.Of(count, "order that means nothing", "orders that mean nothing"),
        DiffNoise.Default => Counted.Of(count, "default that is written out", "defaults that are written out"),
        DiffNoise.Blank => Counted.Of(count, "place with blank lines", "places with blank lines"),
        _ => Counted.Of(count, "description"),
    };

    /// <summary>The values of a change as lines that begin with <c>-</c> or <c>+</c>, or as one line with an arrow.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="change">Its change.</param>
    /// <param name="mostLines">How many lines of each side are shown.</param>
    /// <param name="longest">How many characters of a line are shown.</param>
    public static IReadOnlyList<string> Values(ResourceDiff resource, Change change, int mostLines = int.MaxValue, int longest = int.MaxValue)
    {
        if (change.Kind == DiffKind.Moved) return [$"place {Item(change).Before + 1} -> {Item(change).After + 1}"];
        if (IsSecret(resource, change)) return ["the values of a Secret are not shown"];
        if (change is { Before: YamlScalar { Value: { Length: <= 80 } before } old, After: YamlScalar { Value: { Length: <= 80 } after } @new } && !before.Contains('\n', StringComparison.Ordinal) && !after.Contains('\n', StringComparison.Ordinal)
            && change.Path.Steps[^1] is not DiffStep.Lines)
            return [$"{Scalar(old)} -> {Scalar(@new)}"];
        return [.. Lines(change.Before, '-', mostLines, longest), .. Lines(change.After, '+', mostLines, longest)];
    }

    /// <summary>True for what is kept secret, so that no report carries it out of the repository.</summary>
    public static bool IsSecret(ResourceDiff resource, Change change) =>
        resource.Identity is { Group: "", Kind: "Secret" } && change.Path.Steps is [DiffStep.Key("data" or "stringData"), ..];

    private static DiffStep.Item Item(Change change) => (DiffStep.Item)change.Path.Steps[^1];

    private static string Scalar(YamlScalar scalar) => Redaction.WithoutControls(scalar.Kind == ScalarKind.String && (scalar.Value.Length == 0 || YamlScalar.FromPlainText(scalar.Value).Kind != ScalarKind.String) ? $"\"{scalar.Value}\"" : scalar.Value);

    private static List<string> Lines(YamlNode? node, char mark, int most, int longest)
    {
        if (node is null) return [];
        var text = node is YamlScalar scalar ? scalar.Value : Encoding.UTF8.GetString(CanonicalYaml.Write(node).Span);
        var lines = text.TrimEnd('\n').Split('\n').Select(line => $"{mark} {Redaction.WithoutControls(line.Length <= longest ? line : line[..longest] + "…")}").ToList();
        return lines.Count <= most ? lines : [.. lines.Take(most), $"{mark} ... and {Counted.Of(lines.Count - most, "more line")}"];
    }
}
