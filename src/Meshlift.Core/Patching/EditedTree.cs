using System.Collections.Immutable;
using System.Text;
using Meshlift.Core.Classifying;
using Meshlift.Core.Manifests;
using Meshlift.Core.Versions;

namespace Meshlift.Core.Patching;

/// <summary>A rendering as a person edited it.</summary>
public static class EditedTree
{
    /// <summary>Puts edits into a rendering.</summary>
    /// <param name="rendering">The rendering, as it is without the edits.</param>
    /// <param name="revision">Its revision, to classify what was added.</param>
    /// <param name="edits">The edits.</param>
    /// <returns>The resources in order of identity.</returns>
    /// <exception cref="UserException">
    /// An edited file holds another resource than before, or none; one and the same resource was edited differently in two places; or the rendering is not what stands in Git.
    /// </exception>
    public static ImmutableArray<ClassifiedResource> Of(ImmutableArray<ClassifiedResource> rendering, RevisionName revision, IReadOnlyList<HandEdit> edits)
    {
        var files = rendering.ToDictionary(PatchTree.PathOf, StringComparer.Ordinal);
        var read = edits.Select(edit => (Edit: edit, Now: edit.Read())).Where(one => !IsRendered(one.Edit, one.Now, files)).ToList();
        RefuseStale(files, read.Select(one => one.Edit));
        foreach (var (edit, _) in read) RefusePlaceholders(edit);
        foreach (var group in read.GroupBy(one => one.Edit.PatchPath, StringComparer.Ordinal))
        {
            var now = Agreed(group.Key, [.. group]);
            if (now is null)
            {
                files.Remove(group.Key);
                continue;
            }
            var edit = group.First().Edit;
            if (files.TryGetValue(group.Key, out var before))
            {
                if (now.Identity != before.Resource.Identity)
                    throw new UserException(ErrorKind.Input, $"{edit.Path} holds {now.Identity} now, not {before.Resource.Identity}", "a patch cannot rename a resource: delete the file, and add the other resource in a file of its own");
                files[group.Key] = before.With(now.Root);
                continue;
            }
            var added = new ClassifiedResource(now, Classifier.Classify(now, revision));
            if (PatchTree.PathOf(added) is var path && path != group.Key)
                throw new UserException(
                    ErrorKind.Input, $"{edit.Path} holds {now.Identity}, which a patch could only add as {path}",
                    $"move it there if it is to be generated with {revision}, or beside the generated folders if it is a file of your own");
            files.Add(group.Key, added);
        }
        return [.. files.Values.OrderBy(classified => classified.Resource.Identity)];
    }

    /// <summary>True for what rendering gives by now, because it was saved as a patch before.</summary>
    private static bool IsRendered(HandEdit edit, Resource? now, Dictionary<string, ClassifiedResource> files) =>
        files.TryGetValue(edit.PatchPath, out var rendered) ? now is not null && IsSame(now, rendered.Resource) : now is null;

    /// <summary>A difference against anything but what the person saw would hold changes that the person did not make.</summary>
    private static void RefuseStale(Dictionary<string, ClassifiedResource> files, IEnumerable<HandEdit> edits)
    {
        string[] stale =
        [
            .. edits.Where(edit => edit.Recorded is not null)
                .Where(edit => !files.TryGetValue(edit.PatchPath, out var rendered) || ContentDigest.Of(rendered.Resource.ToCanonicalYaml().Span) != edit.Recorded)
                .Select(edit => edit.Path),
        ];
        if (stale.Length > 0)
            throw new UserException(
                ErrorKind.Refused, $"rendering no longer gives what stood in these files before they were edited\n  {string.Join("\n  ", stale)}",
                "put the edits aside (git stash), render again, bring them back (git stash pop), and save");
    }

    /// <summary>In a patch they would stand for something else than in the file.</summary>
    private static void RefusePlaceholders(HandEdit edit)
    {
        foreach (var placeholder in (ReadOnlySpan<string>)[PatchPlaceholders.Version, PatchPlaceholders.Revision])
            if (edit.Edited is { } bytes && bytes.Span.IndexOf(Encoding.UTF8.GetBytes(placeholder)) >= 0)
                throw new UserException(ErrorKind.Input, $"{edit.Path} holds {placeholder}", "write what stands there in this revision; where it is its name or its version, the patch gets the placeholder by itself");
    }

    /// <summary>The one content that a resource was given, wherever it was edited; null when it was deleted.</summary>
    private static Resource? Agreed(string path, ImmutableArray<(HandEdit Edit, Resource? Now)> edits)
    {
        var first = edits[0].Now;
        return edits.All(other => other.Now is null ? first is null : first is not null && IsSame(other.Now, first))
            ? first
            : throw new UserException(ErrorKind.Input, $"{string.Join(" and ", edits.Select(one => one.Edit.Path))} are one resource ({path}), and were edited differently", "make them equal, or edit only one of them");
    }

    private static bool IsSame(Resource one, Resource other) => one.ToCanonicalYaml().Span.SequenceEqual(other.ToCanonicalYaml().Span);
}
