using System.Collections.Immutable;
using Meshlift.Core;
using Meshlift.Core.Checks;

namespace Meshlift.Engine.Checks;

/// <summary>Checks files on all processors. Findings come in the order of the files, whatever was done first.</summary>
/// <remarks>In memory are a few documents at a time, the schemas, the findings, and of each resource its identity and place.</remarks>
public static class CheckRun
{
    /// <summary>Checks what is asked for.</summary>
    /// <exception cref="UserException">A path does not exist.</exception>
    /// <exception cref="OperationCanceledException">Interrupted.</exception>
    public static CheckResult Run(CheckRequest request, CancellationToken cancel)
    {
        var files = CheckFiles.Find(request.Paths, request.Mesh);
        var survey = new MeshSurvey(request.Kubernetes, request.KubernetesMinor);
        survey.Read([.. files.Context.Concat(files.Checked).DistinctBy(file => file.Path, StringComparer.Ordinal)], cancel);
        var checks = files.Checked.Select(file => file.Cluster).Distinct(StringComparer.Ordinal).ToDictionary(cluster => cluster, survey.CheckFor, StringComparer.Ordinal);
        var tally = new CheckTally(request.Baseline, new CheckSettings(request.Mesh?.Mesh.Spec.Checks.Rules ?? []), MeshSurvey.Around(files, cancel));
        var (done, total) = (0L, files.Checked.Sum(file => file.Length));
        foreach (var round in CheckBatch.Of(files.Checked).Chunk(16 * Environment.ProcessorCount))
        {
            Parallel.ForEach(round, new ParallelOptions { CancellationToken = cancel }, batch => batch.Check(checks));
            foreach (var batch in round) batch.AddTo(tally);
            done += round.Sum(batch => batch.Bytes);
            request.Progress?.Report(new CheckProgress(done, total, tally.Sums.Resources, tally.Sums.Findings));
        }
        AddOutside(request.Outside, files.Checked, tally);
        return tally.Result(files, request.Outside);
    }

    private static void AddOutside(ImmutableArray<OutsideVerdict> verdicts, ImmutableArray<CheckedFile> files, CheckTally tally)
    {
        if (verdicts.All(verdict => verdict.Findings.IsEmpty)) return;
        var known = files.ToDictionary(file => file.ShownAs, StringComparer.Ordinal);
        var comments = new FileComments();
        foreach (var finding in verdicts.SelectMany(verdict => verdict.Findings))
        {
            var file = known.GetValueOrDefault(finding.File);
            tally.AddOutside(file, finding, file is not null && comments.Silence(file, finding));
        }
    }
}
