using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Meshlift.Core.Manifests;

namespace Meshlift.Core.Patching;

/// <summary>A patch taken apart: what of it stands there already, what cannot be meant to fit, and what is left for git.</summary>
/// <remarks>
/// A hunk belongs to the nearest of the places that look like its own. When its result stands there, the hunk is not needed. When something else stands there,
/// it fails, even if what it expects stands further away: that would be another container, or another version of a CRD.
/// </remarks>
/// <param name="Rest">What git has to apply; hunks keep their numbers and lines of the whole patch.</param>
/// <param name="Present">What stands there already.</param>
/// <param name="Doubts">Hunks, of both kinds, whose place had to be guessed.</param>
/// <param name="Failures">Hunks that git would put into the wrong place, and files whose place is taken.</param>
public sealed record PatchParts(
    UnifiedDiff Rest, ImmutableArray<PresentPart> Present, ImmutableArray<DoubtfulPlace> Doubts, ImmutableArray<PatchFailure> Failures)
{
    /// <summary>Takes a patch apart.</summary>
    /// <param name="diff">The patch.</param>
    /// <param name="file">The content of a file before the patch; null when it is not there.</param>
    public static PatchParts Of(UnifiedDiff diff, Func<string, ReadOnlyMemory<byte>?> file)
    {
        var parts = new Sorting();
        var repeated = diff.Files.SelectMany(one => new[] { one.OldPath, one.NewPath }.OfType<string>().Distinct(StringComparer.Ordinal))
            .GroupBy(path => path, StringComparer.Ordinal).Where(paths => paths.Count() > 1).Select(paths => paths.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var one in diff.Files)
        {
            // What stands there depends on the earlier parts when a file comes more than once: then git alone decides.
            if (repeated.Contains(one.Path) || (one.OldPath is not null && one.NewPath is not null && one.OldPath != one.NewPath)) parts.Rest.Add(one);
            else if (one.OldPath is null) parts.Create(one, file(one.Path));
            else if (file(one.Path) is { } content) parts.Change(one, Lines(content));
            else if (one.NewPath is null) parts.Present.Add(new PresentPart(one.Path, one.PatchLine, null, "the file is gone already"));
            else parts.Rest.Add(one);
        }
        return new PatchParts(new UnifiedDiff(parts.Rest.ToImmutable()), parts.Present.ToImmutable(), parts.Doubts.ToImmutable(), parts.Failures.ToImmutable());
    }

    /// <summary>The lines of a file, without the empty one after the last line break.</summary>
    public static string[] Lines(ReadOnlyMemory<byte> content)
    {
        var lines = Encoding.UTF8.GetString(content.Span).Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }

    /// <summary>What stands at a place; of two places equally near, the one named first here is taken, as git would.</summary>
    private enum Stands
    {
        Before,
        After,
        Other,
    }

    private sealed class Sorting
    {
        public ImmutableArray<FileDiff>.Builder Rest { get; } = ImmutableArray.CreateBuilder<FileDiff>();

        public ImmutableArray<PresentPart>.Builder Present { get; } = ImmutableArray.CreateBuilder<PresentPart>();

        public ImmutableArray<DoubtfulPlace>.Builder Doubts { get; } = ImmutableArray.CreateBuilder<DoubtfulPlace>();

        public ImmutableArray<PatchFailure>.Builder Failures { get; } = ImmutableArray.CreateBuilder<PatchFailure>();

        public void Create(FileDiff file, ReadOnlyMemory<byte>? content)
        {
            string[] made = [.. file.Hunks.SelectMany(hunk => hunk.Lines).Select(line => line.Text)];
            if (content is not { } there) Rest.Add(file);
            else if (IsSame(made, there)) Present.Add(new PresentPart(file.Path, file.PatchLine, null, "the file is there already, with this content"));
            else Failures.Add(new PatchFailure(file.Path, file.PatchLine, $"the file is there already, with other content from line {FirstDifference(made, Lines(there))} on"));
        }

        public void Change(FileDiff file, string[] lines)
        {
            var left = ImmutableArray.CreateBuilder<Hunk>();
            // Every hunk whose result stands there already has moved what follows.
            var moved = 0;
            foreach (var hunk in file.Hunks)
            {
                var expected = hunk.OldStart + moved;
                var places = HunkPlaces.Find(hunk, lines);
                // Of two places equally near, the one where the hunk fits is taken, as git would.
                (int Line, Stands What)[] near =
                [
                    .. places.Before.Select(line => (line, Stands.Before)).Concat(places.After.Select(line => (line, Stands.After))).Concat(places.Alike.Select(line => (line, Stands.Other)))
                        .OrderBy(place => Math.Abs(place.line - expected)).ThenBy(place => place.Item2),
                ];
                // Git finds no place either, and tells what comes closest.
                if (near.Length == 0 || (near[0].What == Stands.Other && places.Before.IsEmpty))
                {
                    left.Add(hunk);
                    continue;
                }
                var (at, what) = near[0];
                if (what == Stands.Other)
                {
                    Failures.Add(Elsewhere(file.Path, hunk, at, lines));
                    continue;
                }
                // Where all places are done, it does not matter which one was meant.
                int[] others = [.. near.Skip(1).Where(place => what == Stands.Before || place.What != Stands.After).Select(place => place.Line).Order()];
                if (at != expected && others.Length > 0) Doubts.Add(new DoubtfulPlace(file.Path, hunk.Number, hunk.PatchLine, at, [.. others]));
                if (what == Stands.Before)
                {
                    left.Add(hunk);
                    continue;
                }
                Present.Add(new PresentPart(file.Path, hunk.PatchLine, hunk.Number, string.Create(CultureInfo.InvariantCulture, $"what it makes stands at line {at} already")));
                moved += hunk.Lines.Sum(line => line.Kind switch { HunkLineKind.Added => 1, HunkLineKind.Removed => -1, _ => 0 });
            }
            if (left.Count > 0 || file.Hunks.IsEmpty) Rest.Add(file with { Hunks = left.ToImmutable() });
        }

        private static PatchFailure Elsewhere(string path, Hunk hunk, int line, string[] lines)
        {
            ImmutableArray<string> actual = [.. lines.Skip(line - 1).Take(hunk.Expected.Length)];
            var same = hunk.Expected.Zip(actual).TakeWhile(pair => pair.First == pair.Second).Count();
            return new PatchFailure(path, hunk.PatchLine, "does not fit", hunk.Number, hunk.OldStart, new NearestPlace(line, hunk.Expected, actual, same));
        }

        private static int FirstDifference(string[] made, string[] there) => made.Zip(there).TakeWhile(pair => pair.First == pair.Second).Count() + 1;

        private static bool IsSame(string[] made, ReadOnlyMemory<byte> there)
        {
            if (made.AsSpan().SequenceEqual(Lines(there))) return true;
            try
            {
                // What a person wrote need not be in canonical form.
                return ManifestStream.Split(Encoding.UTF8.GetBytes(string.Join('\n', made)), "") is [var resource] && resource.ToCanonicalYaml().Span.SequenceEqual(there.Span);
            }
            catch (UserException)
            {
                // Whatever it is, it is not what stands there.
                return false;
            }
        }
    }
}
