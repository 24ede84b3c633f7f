using System.Collections.Immutable;
using System.Text;

namespace Meshlift.Core.Patching;

/// <summary>What a line of a hunk does.</summary>
public enum HunkLineKind
{
    /// <summary>Stands there before and after.</summary>
    Context,
    /// <summary>Stands there before.</summary>
    Removed,
    /// <summary>Stands there after.</summary>
    Added,
}

/// <summary>A line of a hunk.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Text">The line without its marker and its line break; a carriage return before the break is kept.</param>
/// <param name="EndsFile">The file ends here without a line break.</param>
public readonly record struct HunkLine(HunkLineKind Kind, string Text, bool EndsFile = false);

/// <summary>A place of a file that a patch changes.</summary>
/// <param name="Number">Its number in its file, from 1.</param>
/// <param name="OldStart">The line where it starts before, from 1; 0 when there is nothing before.</param>
/// <param name="NewStart">The line where it starts after, from 1; 0 when there is nothing after.</param>
/// <param name="Lines">Its lines, in order.</param>
/// <param name="PatchLine">The line of its header in the patch, from 1.</param>
public sealed record Hunk(int Number, int OldStart, int NewStart, ImmutableArray<HunkLine> Lines, int PatchLine)
{
    /// <summary>The lines that the file must have before.</summary>
    public ImmutableArray<string> Expected => [.. Lines.Where(line => line.Kind != HunkLineKind.Added).Select(line => line.Text)];
}

/// <summary>One file of a patch.</summary>
/// <param name="OldPath">The path before, '/' between its parts, without <c>a/</c>; null when the patch makes the file.</param>
/// <param name="NewPath">The path after, without <c>b/</c>; null when the patch deletes the file.</param>
/// <param name="OldMode">The mode before, such as <c>100644</c>; null when the patch does not say.</param>
/// <param name="NewMode">The mode after; null when the patch does not say.</param>
/// <param name="Binary">The change is not text.</param>
/// <param name="Hunks">The places that change; empty for a rename, a change of mode, an empty file.</param>
/// <param name="PatchLine">The line of the patch where the file's part starts, from 1.</param>
public sealed record FileDiff(string? OldPath, string? NewPath, string? OldMode, string? NewMode, bool Binary, ImmutableArray<Hunk> Hunks, int PatchLine)
{
    /// <summary>The path by which a person knows the file: the one after, or, for a deleted file, the one before.</summary>
    public string Path => NewPath ?? OldPath!;
}

/// <summary>A patch as <c>diff -u</c> and <c>git diff</c> write it. Text around the files (mail headers, signatures) is not part of it.</summary>
/// <param name="Files">The files, in the order of the patch; a file may come more than once.</param>
public sealed record UnifiedDiff(ImmutableArray<FileDiff> Files)
{
    /// <summary>The largest patch that is read, in bytes.</summary>
    public const int LargestPatch = 16 * 1024 * 1024;

    /// <summary>Reads a patch. A text without any file gives an empty one. Line breaks are seen as <see cref="WithoutCheckoutLineBreaks"/> gives them.</summary>
    /// <param name="name">The patch's name, for messages.</param>
    /// <param name="patch">Its bytes; paths must be UTF-8, other text that is not is read with replacement characters.</param>
    /// <exception cref="UserException">The patch is broken or too large; the message names the line.</exception>
    public static UnifiedDiff Parse(string name, ReadOnlySpan<byte> patch)
    {
        if (patch.Length > LargestPatch)
            throw new UserException(ErrorKind.Input, $"{name} has {patch.Length} bytes; a patch may have {LargestPatch}", "split it into several patches");
        var lines = Encoding.UTF8.GetString(patch).Split('\n');
        if (lines.Length > 1 && lines.SkipLast(1).All(line => line.EndsWith('\r')))
            for (var at = 0; at < lines.Length - 1; at++) lines[at] = lines[at][..^1];
        return new UnifiedDiff(new UnifiedDiffReader(name, lines).Read());
    }

    /// <summary>What stands in a patch before its first file: the reasons that a person wrote there.</summary>
    /// <param name="name">The patch's name, for messages.</param>
    /// <param name="patch">Its bytes.</param>
    /// <exception cref="UserException">The patch is broken.</exception>
    public static ReadOnlyMemory<byte> Introduction(string name, ReadOnlyMemory<byte> patch)
    {
        var unix = WithoutCheckoutLineBreaks(patch);
        if (Parse(name, unix.Span).Files is not [var first, ..]) return unix;
        var length = 0;
        for (var line = 1; line < first.PatchLine; line++) length += unix.Span[length..].IndexOf((byte)'\n') + 1;
        return unix[..length];
    }

    /// <summary>The patch as <c>git diff</c> writes it. What <see cref="Parse"/> reads from it is this patch, but for the lines of the patch.</summary>
    public ReadOnlyMemory<byte> ToBytes() => UnifiedDiffWriter.Write(this);

    /// <summary>
    /// The patch with <c>\n</c> as line breaks when every one of its lines ends in <c>\r\n</c>, as a checkout with core.autocrlf leaves it; otherwise
    /// the very bytes, since then a carriage return belongs to the content.
    /// </summary>
    public static ReadOnlyMemory<byte> WithoutCheckoutLineBreaks(ReadOnlyMemory<byte> patch)
    {
        var bytes = patch.Span;
        var breaks = bytes.Count((byte)'\n');
        if (breaks == 0 || bytes.Count("\r\n"u8) != breaks) return patch;
        var kept = new byte[bytes.Length - breaks];
        var length = 0;
        for (var at = 0; at < bytes.Length; at++)
            if (bytes[at] != '\r' || at + 1 == bytes.Length || bytes[at + 1] != '\n') kept[length++] = bytes[at];
        return kept.AsMemory(0, length);
    }
}
