using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Meshlift.Core.Patching;

/// <summary>Walks the lines of a patch once. What it accepts, <c>git apply -p1</c> reads alike.</summary>
/// <param name="name">The patch's name, for messages.</param>
/// <param name="lines">The lines without their breaks.</param>
internal sealed partial class UnifiedDiffReader(string name, string[] lines)
{
    private int _at;

    private string Line => lines[_at].TrimEnd('\r');

    public ImmutableArray<FileDiff> Read()
    {
        var files = ImmutableArray.CreateBuilder<FileDiff>();
        while (_at < lines.Length)
        {
            if (Line.StartsWith("diff --git ", StringComparison.Ordinal)) files.Add(GitFile());
            else if (StartsPlainFile()) files.Add(PlainFile());
            else if (HunkHeader().IsMatch(Line)) throw Broken(_at, "a hunk stands here without the '---' and '+++' lines of its file");
            else if (Line.StartsWith("@@@ -", StringComparison.Ordinal)) throw Broken(_at, "this is a combined diff of a merge, which cannot be applied");
            else _at++;
        }
        return files.ToImmutable();
    }

    private FileDiff GitFile()
    {
        var start = _at;
        var (oldPath, newPath) = PatchPath.OfGitHeader(Line["diff --git ".Length..]);
        var (oldMode, newMode, created, deleted, binary, named) = ((string?)null, (string?)null, false, false, false, oldPath is not null);
        for (_at++; _at < lines.Length; _at++)
        {
            var (key, value) = Extended(Line);
            if (key is null) break;
            switch (key)
            {
                case "old mode ": oldMode = value; break;
                case "new mode ": newMode = value; break;
                case "new file mode ": (newMode, created) = (value, true); break;
                case "deleted file mode ": (oldMode, deleted) = (value, true); break;
                case "rename from " or "copy from ": (oldPath, named) = (PatchPath.Read(value) ?? throw Broken(_at, "the path cannot be read"), true); break;
                case "rename to " or "copy to ": (newPath, named) = (PatchPath.Read(value) ?? throw Broken(_at, "the path cannot be read"), true); break;
                case "index " when value.LastIndexOf(' ') is var blank and > 0: oldMode = newMode = value[(blank + 1)..]; break;
                default: break;
            }
        }
        if (_at < lines.Length && (Line == "GIT binary patch" || IsBinaryNote(Line)))
        {
            binary = true;
            _at++;
        }
        var hunks = ImmutableArray<Hunk>.Empty;
        if (_at + 1 < lines.Length && Line.StartsWith("--- ", StringComparison.Ordinal) && lines[_at + 1].StartsWith("+++ ", StringComparison.Ordinal))
        {
            (oldPath, newPath, named) = (Side(), Side(), true);
            hunks = Hunks();
        }
        if (!named) throw Broken(start, "the path of the file cannot be read");
        return File(created ? null : oldPath, deleted ? null : newPath, oldMode, newMode, binary, hunks, start);
    }

    private FileDiff File(string? oldPath, string? newPath, string? oldMode, string? newMode, bool binary, ImmutableArray<Hunk> hunks, int start) =>
        oldPath is null && newPath is null
            ? throw Broken(start, "this file is there neither before nor after")
            : new FileDiff(oldPath, newPath, oldMode, newMode, binary, hunks, start + 1);

    private bool StartsPlainFile() =>
        (Line.StartsWith("--- ", StringComparison.Ordinal) && _at + 2 < lines.Length
            && lines[_at + 1].StartsWith("+++ ", StringComparison.Ordinal) && HunkHeader().IsMatch(lines[_at + 2]))
        || IsBinaryNote(Line);

    private FileDiff PlainFile()
    {
        var start = _at;
        if (IsBinaryNote(Line))
        {
            var note = Line;
            _at++;
            return File(note, note, null, null, true, [], start);
        }
        var (oldPath, newPath) = (Side(), Side());
        if (oldPath is not null && newPath is not null)
            oldPath = newPath = newPath.StartsWith(oldPath, StringComparison.Ordinal) ? oldPath : newPath; // git's choice between x.orig and x
        return File(oldPath, newPath, null, null, false, Hunks(), start);
    }

    // The path of a '---' or '+++' line; null for /dev/null.
    private string? Side()
    {
        var text = Line[4..];
        _at++;
        if (text.Split('\t')[0].TrimEnd() == "/dev/null") return null;
        var path = PatchPath.Read(text.StartsWith('"') ? text : text.Split('\t')[0]) ?? throw Broken(_at - 1, "the path cannot be read");
        return PatchPath.WithoutPrefix(path) ?? throw Broken(_at - 1, $"'{path}' has no leading folder such as 'a/' or 'b/'");
    }

    private ImmutableArray<Hunk> Hunks()
    {
        var hunks = ImmutableArray.CreateBuilder<Hunk>();
        while (_at < lines.Length && HunkHeader().Match(Line) is { Success: true } header) hunks.Add(Hunk(hunks.Count + 1, header));
        return hunks.Count > 0 ? hunks.ToImmutable() : throw Broken(_at, "a hunk, '@@ -line,count +line,count @@', is expected here");
    }

    private Hunk Hunk(int number, Match header)
    {
        var start = _at;
        var (oldStart, oldLeft, newStart, newLeft) = (
            Number(header, "oldStart", 0), Number(header, "oldCount", 1), Number(header, "newStart", 0), Number(header, "newCount", 1));
        var read = ImmutableArray.CreateBuilder<HunkLine>();
        for (_at++; oldLeft > 0 || newLeft > 0; _at++)
        {
            // The last element is what follows the last line break, not a line, when it is empty.
            if (_at >= lines.Length || (_at == lines.Length - 1 && lines[_at].Length == 0))
                throw Broken(_at - 1, $"the patch ends in the middle of the hunk of line {start + 1}");
            var line = lines[_at];
            switch (line.Length == 0 ? ' ' : line[0])
            {
                case ' ' when oldLeft > 0 && newLeft > 0: (oldLeft, newLeft) = (oldLeft - 1, newLeft - 1); Add(HunkLineKind.Context); break;
                case '-' when oldLeft > 0: oldLeft--; Add(HunkLineKind.Removed); break;
                case '+' when newLeft > 0: newLeft--; Add(HunkLineKind.Added); break;
                case '\\' when read.Count > 0: EndFile(); break;
                default: throw Broken(_at, $"the hunk of line {start + 1} announces {header.Value.Trim()}, which its lines do not match here");
            }
            void Add(HunkLineKind kind) => read.Add(new HunkLine(kind, line.Length == 0 ? "" : line[1..]));
        }
        if (_at < lines.Length && lines[_at].StartsWith("\\ ", StringComparison.Ordinal))
        {
            EndFile();
            _at++;
        }
        return new Hunk(number, oldStart, newStart, read.ToImmutable(), start + 1);

        void EndFile() => read[^1] = read[^1] with { EndsFile = true };
    }

    private int Number(Match header, string group, int absent)
    {
        if (!header.Groups[group].Success) return absent;
        return int.TryParse(header.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Broken(_at, "the number is too large");
    }

    private static (string? Key, string Value) Extended(string line)
    {
        foreach (var key in (ReadOnlySpan<string>)["old mode ", "new mode ", "new file mode ", "deleted file mode ", "rename from ", "rename to ",
            "copy from ", "copy to ", "similarity index ", "dissimilarity index ", "index "])
            if (line.StartsWith(key, StringComparison.Ordinal)) return (key, line[key.Length..].TrimEnd());
        return (null, "");
    }

    private static bool IsBinaryNote(string line) =>
        line.StartsWith("Binary files ", StringComparison.Ordinal) && line.EndsWith(" differ", StringComparison.Ordinal);

    private UserException Broken(int line, string what) =>
        new(ErrorKind.Input, $"{name}:{Math.Min(line, lines.Length - 1) + 1}: {what}", "write the patch again with 'git diff'; a patch edited by hand needs the right counts in its '@@' lines");

    [GeneratedRegex(@"^@@ -(?<oldStart>[0-9]+)(,(?<oldCount>[0-9]+))? \+(?<newStart>[0-9]+)(,(?<newCount>[0-9]+))? @@", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HunkHeader();
}
