using System.Collections.Immutable;
using Meshlift.Core.Findings;

namespace Meshlift.Core.Placing;

/// <summary>Decides which of a renderer's inputs are kept beside a revision: all, but where a person put a file of that name there.</summary>
/// <param name="Written">What is kept, relative to the revision's folder.</param>
/// <param name="Findings">What a person should know.</param>
internal sealed record RevisionInputs(ImmutableArray<(RecordedFile Entry, ReadOnlyMemory<byte> Bytes)> Written, ImmutableArray<Finding> Findings)
{
    public static RevisionInputs Decide(RenderedRevision rendered, ClusterTree tree, RevisionInventory? before)
    {
        var written = ImmutableArray.CreateBuilder<(RecordedFile, ReadOnlyMemory<byte>)>();
        var findings = ImmutableArray.CreateBuilder<Finding>();
        foreach (var input in rendered.Inputs)
        {
            var path = $"{rendered.Revision}/{input.Name}";
            var isOwn = before?.Inputs.Any(one => one.Path == input.Name) == true || tree.Unfinished.Contains(path);
            if (isOwn || !tree.Files.TryGetValue(path, out var standing)) written.Add((new RecordedFile(input.Name, ContentDigest.Of(input.Bytes.Span)), input.Bytes));
            else if (!standing.Span.SequenceEqual(input.Bytes.Span))
                findings.Add(new Finding("ML1026", Severity.Note, "a file of your own stands where Meshlift keeps the renderer's input; it is left alone, and differs from what was used", path));
        }
        return new RevisionInputs(written.DrainToImmutable(), findings.DrainToImmutable());
    }
}
