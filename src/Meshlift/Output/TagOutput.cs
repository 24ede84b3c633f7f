using System.Collections.Immutable;
using System.Text.Json;
using Meshlift.Adapters.Git;
using Meshlift.Adapters.Processes;
using Meshlift.CommandLine.Commands;
using Meshlift.Core.Findings;
using Meshlift.Core.Placing;
using Meshlift.Core.Tags;
using Meshlift.Engine.Tags;

namespace Meshlift.CommandLine.Output;

/// <summary>Prints what <c>tag</c> found or did.</summary>
/// <param name="output">Where to.</param>
/// <param name="format">For whom.</param>
internal sealed class TagOutput(TextWriter output, OutputFormat format)
{
    private const int MostUses = 20;


    /// <summary>Prints a list.</summary>
    public void Write(ImmutableArray<ClusterTagReport> reports)
    {
        if (format == OutputFormat.Json)
        {
            WriteJson(json => Write(json, reports));
            return;
        }
        foreach (var (cluster, folder, report) in reports)
        {
            output.WriteLine($"{cluster}: {folder}");
            if (report.Tags.IsEmpty) output.WriteLine("  no tags");
            var names = report.Tags.Select(tag => tag.Name.Length).Append(3).Max();
            var revisions = report.Tags.Select(tag => tag.Revision.Length).Append(8).Max();
            if (!report.Tags.IsEmpty) output.WriteLine($"  {"TAG".PadRight(names)}  {"REVISION".PadRight(revisions)}  FILES");
            foreach (var tag in report.Tags)
                for (var i = 0; i < tag.Files.Length; i++)
                    WriteLine($"  {(i == 0 ? tag.Name : "").PadRight(names)}  {(i == 0 ? tag.Revision : "").PadRight(revisions)}  {tag.Files[i]}");
            WriteFindings(report.Findings);
        }
    }

    /// <summary>Prints a change that was written into the checkout, or only planned.</summary>
    public void Write(TagChange change, ImmutableArray<ClusterTagPlan> plans, ImmutableArray<TagUse> uses, bool isDryRun)
    {
        if (format == OutputFormat.Json) WriteJson(json => Write(json, change, plans, uses, null));
        else WriteText(change, plans, uses, isDryRun);
    }

    /// <summary>Prints a change that was committed.</summary>
    public void Write(TagChange change, CommittedTag committed)
    {
        if (format == OutputFormat.Json)
        {
            WriteJson(json => Write(json, change, committed.Plans, committed.Uses, committed));
            return;
        }
        WriteText(change, committed.Plans, committed.Uses, isDryRun: false);
        output.WriteLine(committed.How switch
        {
            PublishedAs.Nothing => "nothing to commit: the commit that is checked out holds all of this already",
            PublishedAs.AlreadyThere => $"already proposed: branch {committed.Branch} at {committed.Commit!.Short}",
            PublishedAs.Created => $"committed to the new branch {committed.Branch} at {committed.Commit!.Short}",
            _ => $"rebuilt the branch {committed.Branch}, now at {committed.Commit!.Short}",
        });
        if (committed.Remote is not null) output.WriteLine($"pushed to {committed.Remote}");
    }

    private void WriteText(TagChange change, ImmutableArray<ClusterTagPlan> plans, ImmutableArray<TagUse> uses, bool isDryRun)
    {
        foreach (var (cluster, folder, plan) in plans)
        {
            output.WriteLine($"{cluster}: {folder}");
            output.WriteLine($"  tag {change.Tag}: {(plan.From is null ? "new" : plan.From == plan.To ? "at" : "from")}{(plan.From is null ? "" : $" {plan.From}")}{(plan.To is null ? ", removed" : plan.From == plan.To ? ", where it stays" : $" {(plan.From is null ? "at" : "to")} {plan.To}")}");
            foreach (var file in plan.Placement.Files) WriteLine($"  {Mark(file.Change)} {file.Path}");
            if (!plan.Switches.IsEmpty) output.WriteLine("  what this switches:");
            foreach (var sentence in plan.Switches) output.WriteLine($"  - {sentence}");
            WriteFindings(plan.Placement.Findings);
        }
        if (!uses.IsEmpty) output.WriteLine($"asked for by:");
        foreach (var use in uses.Take(MostUses)) WriteLine($"  {use.File}:{use.Line}{(use.By is null ? "" : $"  {use.By}")}");
        if (uses.Length > MostUses) output.WriteLine($"  and {uses.Length - MostUses} more");
        var changes = plans.Sum(plan => plan.Plan.Placement.Files.Length);
        output.WriteLine(changes == 0 ? "nothing changes" : $"{Counted.Of(changes, "file")} {(isDryRun ? "would be written or removed; nothing was" : "written or removed")}");
    }

    private void WriteFindings(IEnumerable<Finding> findings)
    {
        foreach (var finding in findings) WriteLine($"  {finding.Severity.ToString().ToLowerInvariant()} {finding.Code}  {finding.Subject}: {finding.Message}");
    }

    /// <summary>Names come from manifests, which must not steer the terminal.</summary>
    private void WriteLine(string line) => output.WriteLine(Redaction.WithoutControls(line).TrimEnd());

    private static char Mark(FileChangeKind change) => change switch { FileChangeKind.Added => '+', FileChangeKind.Changed => '~', _ => '-' };

    private static void Write(Utf8JsonWriter json, ImmutableArray<ClusterTagReport> reports)
    {
        json.WriteStartArray("clusters");
        foreach (var (cluster, folder, report) in reports)
        {
            json.WriteStartObject();
            json.WriteString("cluster", cluster);
            json.WriteString("folder", folder);
            json.WriteStartArray("tags");
            foreach (var tag in report.Tags)
            {
                json.WriteStartObject();
                json.WriteString("tag", tag.Name);
                json.WriteString("revision", tag.Revision);
                json.WriteBoolean("agrees", tag.Agrees);
                json.WriteStartArray("files");
                foreach (var file in tag.Files) json.WriteStringValue(file);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndArray();
            Write(json, report.Findings);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, TagChange change, ImmutableArray<ClusterTagPlan> plans, ImmutableArray<TagUse> uses, CommittedTag? committed)
    {
        json.WriteString("tag", change.Tag.Value);
        if (committed?.Commit is { } commit) json.WriteString("commit", commit.Value);
        if (committed is not null) json.WriteString("branch", committed.Branch.Value);
        if (committed?.Remote is { } remote) json.WriteString("remote", remote);
        json.WriteStartArray("clusters");
        foreach (var (cluster, folder, plan) in plans)
        {
            json.WriteStartObject();
            json.WriteString("cluster", cluster);
            json.WriteString("folder", folder);
            json.WriteString("from", plan.From?.Value);
            json.WriteString("to", plan.To?.Value);
            json.WriteStartArray("files");
            foreach (var file in plan.Placement.Files)
            {
                json.WriteStartObject();
                json.WriteString("path", $"{folder}/{file.Path}");
                json.WriteString("change", file.Change.ToString().ToLowerInvariant());
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("switches");
            foreach (var sentence in plan.Switches) json.WriteStringValue(sentence);
            json.WriteEndArray();
            Write(json, plan.Placement.Findings);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("askedForBy");
        foreach (var use in uses)
        {
            json.WriteStartObject();
            json.WriteString("file", use.File);
            json.WriteNumber("line", use.Line);
            json.WriteString("object", use.By?.ToString());
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, ImmutableArray<Finding> findings)
    {
        json.WriteStartArray("findings");
        foreach (var finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("code", finding.Code);
            json.WriteString("severity", finding.Severity.ToString().ToLowerInvariant());
            json.WriteString("message", finding.Message);
            json.WriteString("subject", finding.Subject);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private void WriteJson(Action<Utf8JsonWriter> members) => output.WriteLine(JsonText.OfObject(members));
}
