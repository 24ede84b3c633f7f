using System.Collections.Immutable;
using Meshlift.Adapters.Documents;
using Meshlift.Core;
using Meshlift.Core.Checks;

namespace Meshlift.Engine.Checks;

/// <summary>Work that is worth a processor's while: some files that are read where they are checked, or some documents of a large one.</summary>
internal sealed class CheckBatch
{
    private const int LargestBatch = 64 << 10;

    // A file that is larger would keep one processor busy, and all its documents would be in memory.
    private const int LargestWhole = 256 << 10;

    private readonly List<(CheckedFile File, ImmutableArray<StreamedDocument>? Documents)> _pieces = [];
    private readonly List<CheckedFile> _begun = [];
    private readonly List<(CheckedFile File, DocumentVerdict Verdict)> _verdicts = [];
    private readonly List<UserException> _failures = [];

    /// <summary>The bytes of what is checked in it.</summary>
    public long Bytes { get; private set; }

    /// <summary>The files, in their order, in batches. Those of a large file are read while they are asked for.</summary>
    public static IEnumerable<CheckBatch> Of(IEnumerable<CheckedFile> files)
    {
        var batch = new CheckBatch();
        foreach (var file in files)
        {
            batch._begun.Add(file);
            if (file.Length <= LargestWhole)
            {
                batch.Add(file, documents: null, file.Length);
                if (!batch.IsFull) continue;
                yield return batch;
                batch = new CheckBatch();
                continue;
            }
            foreach (var (documents, failure) in Pieces(file))
            {
                if (failure is not null) batch._failures.Add(failure);
                batch.Add(file, documents, documents.Sum(document => (long)document.Utf8.Length));
                if (!batch.IsFull) continue;
                yield return batch;
                batch = new CheckBatch();
            }
        }
        yield return batch;
    }

    /// <summary>Checks all that is in it.</summary>
    /// <param name="checks">The check for each cluster.</param>
    public void Check(IReadOnlyDictionary<string, DocumentCheck> checks)
    {
        foreach (var (file, documents) in _pieces)
        {
            try
            {
                foreach (var document in documents ?? DocumentStream.Read(file.Path))
                    _verdicts.Add((file, checks[file.Cluster].Run(document.Utf8, document.Line, file.ShownAs, file.StandsBy)));
            }
            catch (UserException e)
            {
                _failures.Add(e);
            }
        }
        _pieces.Clear();
    }

    /// <summary>Hands on what was found.</summary>
    public void AddTo(CheckTally tally)
    {
        foreach (var file in _begun) tally.Begin(file);
        foreach (var (file, verdict) in _verdicts) tally.Add(file, verdict);
        foreach (var failure in _failures) tally.Add(failure);
        _verdicts.Clear();
    }

    private bool IsFull => Bytes >= LargestBatch;

    private void Add(CheckedFile file, ImmutableArray<StreamedDocument>? documents, long bytes)
    {
        _pieces.Add((file, documents));
        Bytes += bytes;
    }

    private static IEnumerable<(ImmutableArray<StreamedDocument> Documents, UserException? Failure)> Pieces(CheckedFile file)
    {
        using var documents = DocumentStream.Read(file.Path).GetEnumerator();
        var piece = ImmutableArray.CreateBuilder<StreamedDocument>();
        for (var bytes = 0; ;)
        {
            UserException? failure = null;
            var isThere = false;
            try
            {
                isThere = documents.MoveNext();
            }
            catch (UserException e)
            {
                failure = e;
            }
            if (isThere)
            {
                piece.Add(documents.Current);
                bytes += documents.Current.Utf8.Length;
                if (bytes < LargestBatch) continue;
            }
            yield return (piece.DrainToImmutable(), failure);
            if (!isThere) yield break;
            bytes = 0;
        }
    }
}
