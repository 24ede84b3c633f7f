using Meshlift.Adapters.Documents;
using Meshlift.Core;
using Meshlift.Core.Checks;

namespace Meshlift.Engine.Checks;

/// <summary>Checks files on all processors. Findings come in the order of the files, whatever was done first.</summary>
/// <remarks>In memory are a few documents at a time, the schemas, the findings, and of each resource its identity and place.</remarks>
public static class CheckRun
{
    private const int LargestBatch = 256 << 10;

    /// <summary>Checks what is asked for.</summary>
    /// <exception cref="UserException">A path does not exist.</exception>
    /// <exception cref="OperationCanceledException">Interrupted.</exception>
    public static CheckResult Run(CheckRequest request, CancellationToken cancel)
    {
        var files = CheckFiles.Find(request.Paths, request.Mesh);
        var survey = new MeshSurvey(request.Kubernetes);
        survey.Read([.. files.Context.Concat(files.Checked).DistinctBy(file => file.Path, StringComparer.Ordinal)], cancel);
        var checks = files.Checked.Select(file => file.Cluster).Distinct(StringComparer.Ordinal).ToDictionary(cluster => cluster, survey.CheckFor, StringComparer.Ordinal);
        var tally = new CheckTally(request.Baseline, MeshSurvey.Around(files, cancel));
        var round = new List<Batch>();
        foreach (var batch in Batches(files.Checked, tally))
        {
            round.Add(batch);
            if (round.Count < 4 * Environment.ProcessorCount) continue;
            Check(round, checks, tally, cancel);
            round.Clear();
        }
        Check(round, checks, tally, cancel);
        return tally.Result(files.Checked.Length);
    }

    private static void Check(List<Batch> round, Dictionary<string, DocumentCheck> checks, CheckTally tally, CancellationToken cancel)
    {
        Parallel.ForEach(round, new ParallelOptions { CancellationToken = cancel }, batch =>
        {
            foreach (var (file, document) in batch.Documents) batch.Verdicts.Add((file, checks[file.Cluster].Run(document.Utf8, document.Line, file.ShownAs, file.StandsBy)));
        });
        foreach (var (file, verdict) in round.SelectMany(batch => batch.Verdicts)) tally.Add(file, verdict);
    }

    /// <summary>The documents of all files, in pieces that are worth a processor's while.</summary>
    private static IEnumerable<Batch> Batches(IEnumerable<CheckedFile> files, CheckTally tally)
    {
        var batch = new Batch();
        foreach (var file in files)
        {
            foreach (var document in Documents(file, tally))
            {
                batch.Documents.Add((file, document));
                batch.Bytes += document.Utf8.Length;
                if (batch.Bytes < LargestBatch) continue;
                yield return batch;
                batch = new Batch();
            }
        }
        yield return batch;
    }

    private static IEnumerable<StreamedDocument> Documents(CheckedFile file, CheckTally tally)
    {
        using var documents = DocumentStream.Read(file.Path).GetEnumerator();
        while (true)
        {
            try
            {
                if (!documents.MoveNext()) yield break;
            }
            catch (UserException e)
            {
                tally.Add(e);
                yield break;
            }
            yield return documents.Current;
        }
    }

    private sealed class Batch
    {
        public List<(CheckedFile File, StreamedDocument Document)> Documents { get; } = [];
        public List<(CheckedFile File, DocumentVerdict Verdict)> Verdicts { get; } = [];
        public int Bytes { get; set; }
    }
}
