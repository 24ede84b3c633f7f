using System.Collections.Immutable;
using Meshlift.Core.Findings;
using Meshlift.Core.Patching;
using Meshlift.Engine.Rendering;

namespace Meshlift.CommandLine.Output;

/// <summary>What became of patches, in words.</summary>
internal static class PatchText
{
    /// <summary>The class of an outcome.</summary>
    public static string Of(PatchFit fit) => fit switch
    {
        PatchFit.Applies => "applies",
        PatchFit.AppliesWithOffset => "applies with an offset",
        PatchFit.PartlyNeedless => "partly needless",
        PatchFit.Needless => "needless",
        _ => "no longer applies",
    };

    /// <summary>The outcome in one line: <c>applies with an offset of +2 lines in common/...</c>.</summary>
    public static string InOneLine(PatchReport patch)
    {
        var offsets = string.Join(", ", patch.Offsets.GroupBy(offset => (offset.Path, offset.Offset)).Select(group => $"{Lines(group.Key.Offset)} in {group.Key.Path}"));
        return patch.Outcome.Fit switch
        {
            PatchFit.AppliesWithOffset => $"applies with an offset of {offsets}",
            PatchFit.PartlyNeedless when offsets.Length > 0 => $"partly needless; the rest applies with an offset of {offsets}",
            PatchFit.PartlyNeedless => "partly needless; the rest applies",
            var fit => Of(fit),
        };
    }

    /// <summary>What there is to say about the parts of a patch: where they moved, what stands there, why they fail.</summary>
    public static IEnumerable<string> Details(PatchReport patch) =>
    [
        .. patch.Offsets.Select(offset => $"hunk {offset.Hunk} of {offset.Path}: {Lines(offset.Offset)}, at line {offset.Line}"),
        .. patch.Outcome.Present.Select(part => part.Describe()),
        .. patch.Failures.SelectMany(failure => failure.Split('\n')),
    ];

    /// <summary>How many patches there are of each class: <c>20 patches: 12 apply, 3 are needless</c>.</summary>
    public static string Count(ImmutableArray<PatchReport> patches)
    {
        if (patches.IsEmpty) return "no patches";
        var parts = patches.CountBy(patch => patch.Outcome.Fit).OrderBy(count => count.Key).Select(count => count.Key switch
        {
            PatchFit.Applies => Counted.Of(count.Value, "applies", "apply"),
            PatchFit.AppliesWithOffset => Counted.Of(count.Value, "applies", "apply") + " with an offset",
            PatchFit.PartlyNeedless => Counted.Of(count.Value, "is", "are") + " partly needless",
            PatchFit.Needless => Counted.Of(count.Value, "is", "are") + " needless",
            _ => Counted.Of(count.Value, "no longer applies", "no longer apply"),
        });
        return $"{Counted.Of(patches.Length, "patch", "patches")}: {string.Join(", ", parts)}";
    }

    private static string Lines(int offset) => $"{offset:+0;-0} {(offset is 1 or -1 ? "line" : "lines")}";
}
