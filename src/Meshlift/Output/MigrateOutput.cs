using System.Collections.Immutable;
using Meshlift.Adapters.Git;
using Meshlift.Adapters.Processes;
using Meshlift.Core.Enrolment;
using Meshlift.Core.Findings;
using Meshlift.Core.Injection;
using Meshlift.Engine.Enrolment;

namespace Meshlift.CommandLine.Output;

/// <summary>Prints what <c>migrate</c> proposes, or did.</summary>
/// <param name="output">Where to.</param>
internal sealed class MigrateOutput(TextWriter output)
{
    /// <summary>Prints a migration.</summary>
    /// <param name="format">text, json or markdown.</param>
    /// <param name="planned">What was decided.</param>
    /// <param name="published">What was done, in the order of the changes; null when nothing was to be.</param>
    public void Write(string format, PlannedMigration planned, ImmutableArray<PublishedMigration>? published)
    {
        if (format == "json") output.WriteLine(MigrateJson.Of(planned, published));
        else if (format == "markdown")
            foreach (var change in planned.Plan.Changes) output.Write($"# {Redaction.WithoutControls(change.Title)}\n\n{change.Body}\n");
        else WriteText(planned.Plan, published);
    }

    private void WriteText(MigrationPlan plan, ImmutableArray<PublishedMigration>? published)
    {
        WriteLine($"{(plan.Wave is null ? "" : $"wave {plan.Wave} ")}to {plan.Target}");
        for (var i = 0; i < plan.Changes.Length; i++)
        {
            var change = plan.Changes[i];
            WriteLine($"{change.Repository}: {change.Title}");
            WriteLine($"  for {(change.Owners.IsEmpty ? "nobody" : string.Join(", ", change.Owners))}");
            foreach (var edit in change.Edits) WriteLine($"  ~ {edit.File}:{edit.Line}  {edit.Edit}");
            foreach (var forecast in change.Forecasts)
            {
                WriteLine($"  in {string.Join(", ", forecast.Clusters)}: {(forecast.Rows.IsEmpty ? "no workload of these namespaces stands in what was read" : MigrationText.Summary(forecast.Rows))}");
                foreach (var gateway in forecast.Rows.Where(row => row.Subject.IsGateway && row.When == ChangeTime.AtOnce)) WriteLine($"    at once: Gateway {gateway.Subject.Pod.Namespace}/{gateway.Subject.Identity.Name}");
            }
            WriteLine($"  {(published is { } done ? Done(done[i]) : $"would be the branch {change.Branch}")}");
            if (published?[i].Requested is { Request: { } request } asked)
            {
                WriteLine($"  pull request {request.Number}{(request.Address is { } address ? $": {address}" : "")}");
                if (!asked.Unreachable.IsEmpty) WriteLine($"  the forge cannot ask {string.Join(", ", asked.Unreachable)}; tell them yourself");
            }
        }
        if (!plan.ByHand.IsEmpty) WriteLine("to be edited by hand:");
        foreach (var edit in plan.ByHand)
        {
            WriteLine($"  {edit.Repository}: {edit.File}:{edit.Line}  {edit.Edit}");
            WriteLine($"    {edit.Namespace}: {edit.Reason}");
        }
        // Of a whole wave, what needs nobody is a number; what was asked for by its name gets its answer.
        foreach (var remark in plan.Remarks.Where(remark => plan.Wave is null || remark.NeedsPerson)) WriteLine($"{remark.Subject}: {remark.Message}");
        if (plan.Wave is not null && plan.Remarks.Count(remark => !remark.NeedsPerson) is var others and > 0) WriteLine($"{Counted.Of(others, "other asks", "others ask")} for no proxy, or for {plan.Target} already");
        if (plan.Changes.IsEmpty && plan.ByHand.IsEmpty) WriteLine("nothing to do");
        else if (published is null) WriteLine($"{Counted.Of(plan.Changes.Length, "change")} proposed; nothing was written (--commit makes the branches)");
    }

    private static string Done(PublishedMigration one) => one.How switch
    {
        null => $"left alone: {one.Refusal!.Message}",
        PublishedAs.Nothing => "nothing to commit",
        PublishedAs.AlreadyThere => $"already proposed: branch {one.Change.Branch} at {one.Commit!.Short}{Pushed(one)}",
        PublishedAs.Created => $"committed to the new branch {one.Change.Branch} at {one.Commit!.Short}{Pushed(one)}",
        _ => $"rebuilt the branch {one.Change.Branch}, now at {one.Commit!.Short}{Pushed(one)}",
    };

    private static string Pushed(PublishedMigration one) => one.Remote is null ? "" : $", pushed to {one.Remote}";

    /// <summary>Names come from manifests, which must not steer the terminal.</summary>
    private void WriteLine(string line) => output.WriteLine(Redaction.WithoutControls(line).TrimEnd());
}
