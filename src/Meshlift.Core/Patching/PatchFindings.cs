using System.Collections.Immutable;
using System.Globalization;
using Meshlift.Core.Findings;

namespace Meshlift.Core.Patching;

/// <summary>What a person should know of patches that were not simply applied.</summary>
public static class PatchFindings
{
    /// <summary>The findings of one patch; empty for one that applies or fails.</summary>
    /// <param name="patch">The name of the patch.</param>
    /// <param name="outcome">What became of it.</param>
    public static ImmutableArray<Finding> Of(string patch, PatchOutcome outcome)
    {
        var findings = ImmutableArray.CreateBuilder<Finding>();
        if (outcome is PatchOutcome.Needless)
            findings.Add(new Finding("ML1040", Severity.Note, "what this patch makes stands in the rendering without it; remove the patch once no older version needs it", patch));
        if (outcome.Fit == PatchFit.PartlyNeedless)
        {
            var parts = string.Join("; ", outcome.Present.Select(part => part.Describe()));
            findings.Add(new Finding("ML1041", Severity.Note, $"a part of what this patch makes stands in the rendering without it, and only the rest was applied ({parts}); save the patch again once no older version needs that part", patch));
        }
        foreach (var doubt in outcome.Doubts)
        {
            var taken = outcome.Present.Any(part => part.PatchLine == doubt.PatchLine) ? "was taken to be done" : "was applied";
            findings.Add(new Finding(
                "ML1042", Severity.Warning,
                string.Create(CultureInfo.InvariantCulture, $"hunk {doubt.Hunk} of {doubt.Path} {taken} at line {doubt.Line}, the nearest place, but {(doubt.Others.Length == 1 ? "line" : "lines")} {Some(doubt.Others)} {(doubt.Others.Length == 1 ? "looks" : "look")} like it; see that it is the right one, and save the patch again"),
                patch));
        }
        return findings.DrainToImmutable();
    }

    private static string Some(ImmutableArray<int> lines)
    {
        const int most = 6;
        var shown = string.Join(", ", lines.Take(most).Select(line => line.ToString(CultureInfo.InvariantCulture)));
        return lines.Length <= most ? shown : string.Create(CultureInfo.InvariantCulture, $"{shown} and {lines.Length - most} more");
    }
}
