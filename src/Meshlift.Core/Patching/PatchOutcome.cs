using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Meshlift.Core.Patching;

/// <summary>A file, or a hunk of it, that a patch could not be applied to.</summary>
/// <param name="Path">The file.</param>
/// <param name="PatchLine">The line of the file's or the hunk's part in the patch, from 1.</param>
/// <param name="Reason">Why, as a clause such as <c>the file is not there</c>; for a hunk, <c>does not fit</c>.</param>
/// <param name="Hunk">The number of the hunk in its file, from 1; null when the file as a whole is the matter.</param>
/// <param name="ExpectedLine">The line of the file where the hunk was expected, from 1; null with <paramref name="Hunk"/>.</param>
/// <param name="Nearest">Where the expected lines come closest; null when nothing alike stands there.</param>
public sealed record PatchFailure(string Path, int PatchLine, string Reason, int? Hunk = null, int? ExpectedLine = null, NearestPlace? Nearest = null)
{
    private const int MostLines = 12;
    private const int LongestLine = 160; // injector templates stand in lines of many kilobytes

    /// <summary>The failure for a person: which patch, which hunk, which file, what was expected and what stands there now.</summary>
    /// <param name="patch">The name of the patch.</param>
    public string Describe(string patch)
    {
        if (Hunk is not { } hunk) return string.Create(CultureInfo.InvariantCulture, $"{patch}:{PatchLine}: {Path}: {Reason}");
        var text = new StringBuilder().Append(
            CultureInfo.InvariantCulture, $"{patch}:{PatchLine}: hunk {hunk} of {Path} {Reason}: the lines it expects at line {ExpectedLine} ");
        if (Nearest is not { } place) return text.Append("stand nowhere in the file").ToString();
        if (place.FirstDifference == place.Expected.Length)
        {
            text.Append(CultureInfo.InvariantCulture, $"stand at line {place.Line}, but with no context before (or after) its change ");
            return text.Append("it fits the start (or the end) of the file alone").ToString();
        }
        text.Append(CultureInfo.InvariantCulture, $"come closest at line {place.Line}:");
        // The lines before the first difference only place it; two of them are enough.
        var from = Math.Max(0, place.FirstDifference - 2);
        Append("expected", place.Expected, '-');
        Append("there now", place.Actual, '+');
        return text.ToString();

        void Append(string title, ImmutableArray<string> lines, char mark)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  {title}, from line {place.Line + from}:");
            foreach (var line in lines.Skip(from).Take(MostLines)) text.Append("\n    ").Append(mark).Append(' ').Append(Cut(line.TrimEnd('\r')));
            if (lines.Length > from + MostLines) text.Append(CultureInfo.InvariantCulture, $"\n    {mark} ... {lines.Length - from - MostLines} more");
            if (lines.Length <= from) text.Append(" nothing, the file ends");
        }
    }

    private static string Cut(string line) => line.Length <= LongestLine ? line : line[..LongestLine] + "…";
}

/// <summary>What became of a patch. The set is closed.</summary>
public abstract record PatchOutcome
{
    private PatchOutcome() { }

    /// <summary>The class of the outcome.</summary>
    public abstract PatchFit Fit { get; }

    /// <summary>What of the patch stands there already; empty when nothing does.</summary>
    public ImmutableArray<PresentPart> Present { get; init; } = [];

    /// <summary>Hunks whose place had to be guessed; empty when none had.</summary>
    public ImmutableArray<DoubtfulPlace> Doubts { get; init; } = [];

    /// <summary>Every hunk that is needed is in the files.</summary>
    /// <param name="Files">The files that were changed, by their paths after the patch (before it, for deleted ones), in its order; at least one.</param>
    /// <param name="Offsets">The hunks that applied at another line than the patch says; empty when all applied in place.</param>
    public sealed record Applied(ImmutableArray<string> Files, ImmutableArray<HunkOffset> Offsets) : PatchOutcome
    {
        /// <inheritdoc/>
        public override PatchFit Fit => !Present.IsEmpty ? PatchFit.PartlyNeedless : Offsets.IsEmpty ? PatchFit.Applies : PatchFit.AppliesWithOffset;
    }

    /// <summary>No file was changed, since all of the patch stands there already.</summary>
    public sealed record Needless : PatchOutcome
    {
        /// <inheritdoc/>
        public override PatchFit Fit => PatchFit.Needless;
    }

    /// <summary>No file was changed, since not all hunks fit.</summary>
    /// <param name="Failures">All that failed, in the order of the patch; at least one.</param>
    public sealed record Failed(ImmutableArray<PatchFailure> Failures) : PatchOutcome
    {
        /// <inheritdoc/>
        public override PatchFit Fit => PatchFit.Fails;

        /// <summary>The outcome as the error that a command ends with.</summary>
        /// <param name="patch">The name of the patch.</param>
        public UserException ToError(string patch) => new(
            ErrorKind.Input,
            string.Join('\n', Failures.Select(failure => failure.Describe(patch))),
            $"make the change to the newly rendered files and save it as {patch} again, or delete the patch if it is no longer needed");
    }

    /// <summary>No file was changed, since the patch itself is wrong, or would leave what must not reach Git.</summary>
    /// <param name="Error">What is wrong; its message names the patch.</param>
    public sealed record Broken(UserException Error) : PatchOutcome
    {
        /// <inheritdoc/>
        public override PatchFit Fit => PatchFit.Fails;
    }
}
