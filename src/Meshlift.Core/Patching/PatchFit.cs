using System.Collections.Immutable;

namespace Meshlift.Core.Patching;

/// <summary>How a patch fits what it is applied to.</summary>
public enum PatchFit
{
    /// <summary>Every hunk is needed and fits where the patch says.</summary>
    Applies,
    /// <summary>Every hunk is needed and fits, at least one at another line than the patch says.</summary>
    AppliesWithOffset,
    /// <summary>A part of what it makes stands there already; the rest fits.</summary>
    PartlyNeedless,
    /// <summary>All that it makes stands there already.</summary>
    Needless,
    /// <summary>At least one hunk fits nowhere, or what the patch leaves is no resource; nothing of it is used.</summary>
    Fails,
}

/// <summary>The names of fits in JSON.</summary>
public static class PatchFitName
{
    /// <summary>The name of a fit.</summary>
    public static string Of(PatchFit fit) => fit switch
    {
        PatchFit.Applies => "applied",
        PatchFit.AppliesWithOffset => "applied-with-offset",
        PatchFit.PartlyNeedless => "partly-needless",
        PatchFit.Needless => "needless",
        _ => "failed",
    };
}

/// <summary>A hunk that applied at another line than the patch says.</summary>
/// <param name="Path">The file.</param>
/// <param name="Hunk">The number of the hunk in its file, from 1.</param>
/// <param name="PatchLine">The line of the hunk in the patch, from 1.</param>
/// <param name="Line">The line of the file where it applied, from 1.</param>
/// <param name="Offset">How many lines further down that is; negative when further up.</param>
public sealed record HunkOffset(string Path, int Hunk, int PatchLine, int Line, int Offset);

/// <summary>A part of a patch whose result stands there without it.</summary>
/// <param name="Path">The file.</param>
/// <param name="PatchLine">The line of the part in the patch, from 1.</param>
/// <param name="Hunk">The number of the hunk in its file, from 1; null when the whole file is the part.</param>
/// <param name="Reason">How one can tell, as a clause such as <c>line 51 has it already</c>.</param>
public sealed record PresentPart(string Path, int PatchLine, int? Hunk, string Reason)
{
    /// <summary>The part for a person.</summary>
    public string Describe() => Hunk is { } hunk ? $"hunk {hunk} of {Path}: {Reason}" : $"{Path}: {Reason}";
}

/// <summary>A hunk whose place had to be guessed: it is not where the patch says, and several places look like it.</summary>
/// <param name="Path">The file.</param>
/// <param name="Hunk">The number of the hunk in its file, from 1.</param>
/// <param name="PatchLine">The line of the hunk in the patch, from 1.</param>
/// <param name="Line">The line of the place that was taken, the nearest one, from 1.</param>
/// <param name="Others">The lines of the other places; at least one.</param>
public sealed record DoubtfulPlace(string Path, int Hunk, int PatchLine, int Line, ImmutableArray<int> Others);
