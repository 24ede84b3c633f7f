using System.Collections.Immutable;
using System.Text;
using Meshlift.Adapters.Processes;
using Meshlift.Core.Diffing;
using Meshlift.Core.Findings;
using Meshlift.Yaml;

namespace Meshlift.CommandLine.Output;

/// <summary>What <c>diff</c> prints, in whatever form.</summary>
/// <param name="Before">The first side.</param>
/// <param name="After">The second side.</param>
/// <param name="Difference">All of it.</param>
/// <param name="Selected">What was asked for, the most dangerous first.</param>
/// <param name="Impacts">Custom resources that changed definitions would refuse or cut; empty, too, when none were looked for.</param>
internal sealed record DiffReport(DiffSide Before, DiffSide After, MeshDifference Difference, ImmutableArray<ResourceDiff> Selected, ImmutableArray<CustomResourceImpact> Impacts)
{
    private const int MostLines = 24;

    /// <summary>True when there is something to show.</summary>
    public bool HasDifferences => !Selected.IsEmpty;

    /// <summary>The sides and their names.</summary>
    public string Title => Difference.Names.RevisionBefore is { } before
        ? $"{Before.Name} -> {After.Name}, revision {before} -> {Difference.Names.RevisionAfter}"
        : $"{Before.Name} -> {After.Name}";

    /// <summary>How many resources are of a risk.</summary>
    public int Count(DiffRisk risk) => Selected.Count(resource => resource.Risk == risk);

    /// <summary>The sums, as sentences.</summary>
    public IEnumerable<string> Sums()
    {
        var risks = Enum.GetValues<DiffRisk>().Reverse().Where(risk => Count(risk) > 0).Select(risk => $"{Count(risk)} {NameOf(risk)}");
        var hidden = Difference.Real.Count() - Selected.Length;
        yield return Selected.IsEmpty
            ? hidden == 0 ? "no differences" : "no differences of those that were asked for"
            : $"{Counted.Of(Selected.Length, "resource differs", "resources differ")}: {string.Join(", ", risks)}";
        if (hidden > 0) yield return $"not shown: {Counted.Of(hidden, "other resource that differs", "other resources that differ")}";
        var noise = Difference.Resources.Count(resource => resource.IsNoise);
        yield return $"{Counted.Of(Difference.Same, "resource is", "resources are")} the same{(noise == 0 ? "" : $", {noise} but for what is folded")}";
        if (!Difference.Folded.IsEmpty) yield return $"folded: {string.Join(", ", Difference.Folded.Select(noise => NameOf(noise.Key, noise.Value)))}";
        if (Before.LeftOut + After.LeftOut is > 0 and var leftOut) yield return $"left out: {Counted.Of(leftOut, "document that is no Kubernetes object", "documents that are no Kubernetes objects")}";
    }

    /// <summary>The name of a resource.</summary>
    public static string NameOf(ResourceDiff resource) => resource.IsRenamed ? $"{resource.Identity} (was {resource.Before!.Identity.Name})" : resource.Identity.ToString();

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
        _ => Counted.Of(count, "description"),
    };

    /// <summary>The values of a change as lines that begin with <c>-</c> or <c>+</c>, or as one line with an arrow; cut where they are long.</summary>
    public static IReadOnlyList<string> Values(ResourceDiff resource, Change change)
    {
        if (change.Kind == DiffKind.Moved) return [$"place {Item(change).Before + 1} -> {Item(change).After + 1}"];
        if (IsSecret(resource, change)) return ["the values of a Secret are not shown"];
        if (change is { Before: YamlScalar { Value: { Length: <= 80 } before } old, After: YamlScalar { Value: { Length: <= 80 } after } @new } && !before.Contains('\n', StringComparison.Ordinal) && !after.Contains('\n', StringComparison.Ordinal)
            && change.Path.Steps[^1] is not DiffStep.Lines)
            return [$"{Scalar(old)} -> {Scalar(@new)}"];
        return [.. Lines(change.Before, '-'), .. Lines(change.After, '+')];
    }

    /// <summary>True for what is kept secret, so that no report carries it out of the repository.</summary>
    public static bool IsSecret(ResourceDiff resource, Change change) =>
        resource.Identity is { Group: "", Kind: "Secret" } && change.Path.Steps is [DiffStep.Key("data" or "stringData"), ..];

    private static DiffStep.Item Item(Change change) => (DiffStep.Item)change.Path.Steps[^1];

    private static string Scalar(YamlScalar scalar) => Redaction.WithoutControls(scalar.Kind == ScalarKind.String && (scalar.Value.Length == 0 || YamlScalar.FromPlainText(scalar.Value).Kind != ScalarKind.String) ? $"\"{scalar.Value}\"" : scalar.Value);

    private static List<string> Lines(YamlNode? node, char mark)
    {
        if (node is null) return [];
        var text = node is YamlScalar scalar ? scalar.Value : Encoding.UTF8.GetString(CanonicalYaml.Write(node).Span);
        var lines = text.TrimEnd('\n').Split('\n').Select(line => $"{mark} {Redaction.WithoutControls(line)}").ToList();
        return lines.Count <= MostLines ? lines : [.. lines.Take(MostLines), $"{mark} ... and {Counted.Of(lines.Count - MostLines, "more line")}"];
    }
}
