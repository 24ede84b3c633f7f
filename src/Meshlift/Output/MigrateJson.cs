using System.Collections.Immutable;
using System.Text.Json;
using Meshlift.Core.Enrolment;
using Meshlift.Core.Injection;
using Meshlift.Engine.Enrolment;

namespace Meshlift.CommandLine.Output;

/// <summary>A migration for programs; <c>schemas/migrate.schema.json</c>.</summary>
internal static class MigrateJson
{
    /// <summary>The text.</summary>
    public static string Of(PlannedMigration planned, ImmutableArray<PublishedMigration>? published) => JsonText.OfObject(json =>
    {
        json.WriteString("wave", planned.Plan.Wave);
        json.WriteString("target", planned.Plan.Target);
        json.WriteStartArray("changes");
        for (var i = 0; i < planned.Plan.Changes.Length; i++) Write(json, planned.Plan.Changes[i], planned.Tags.IsEmpty ? null : planned.Tags[i], published?[i]);
        json.WriteEndArray();
        json.WriteStartArray("byHand");
        foreach (var edit in planned.Plan.ByHand)
        {
            json.WriteStartObject();
            json.WriteString("repository", edit.Repository);
            json.WriteString("file", edit.File);
            json.WriteNumber("line", edit.Line);
            json.WriteString("namespace", edit.Namespace);
            json.WriteString("edit", edit.Edit);
            json.WriteString("reason", edit.Reason);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("remarks");
        foreach (var remark in planned.Plan.Remarks)
        {
            json.WriteStartObject();
            json.WriteString("kind", Name(remark.Kind.ToString()));
            json.WriteString("subject", remark.Subject);
            json.WriteString("message", remark.Message);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        Strings(json, "unread", planned.Unread.Select(problem => problem.Message));
    });

    private static void Write(Utf8JsonWriter json, ProposedChange change, TagMigration? tag, PublishedMigration? published)
    {
        json.WriteStartObject();
        json.WriteString("repository", change.Repository);
        Strings(json, "owners", change.Owners);
        Strings(json, "namespaces", change.Namespaces);
        json.WriteString("branch", (published?.Change ?? change).Branch.Value);
        json.WriteString("title", change.Title);
        json.WriteString("body", change.Body);
        json.WriteStartArray("edits");
        foreach (var edit in change.Edits)
        {
            json.WriteStartObject();
            json.WriteString("file", edit.File);
            json.WriteNumber("line", edit.Line);
            json.WriteString("edit", edit.Edit);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("forecasts");
        foreach (var forecast in change.Forecasts) Write(json, forecast);
        json.WriteEndArray();
        if (tag is not null)
        {
            json.WriteString("tag", tag.Tag.Value);
            Strings(json, "outside", tag.Outside);
            Strings(json, "switches", tag.Switches);
        }
        if (published is not null)
        {
            json.WriteString("result", published.How is { } how ? Name(how.ToString()) : "refused");
            json.WriteString("commit", published.Commit?.Value);
            json.WriteString("remote", published.Remote);
            json.WriteString("refusal", published.Refusal?.Message);
            if (published.Requested is { Request: { } request } asked)
            {
                json.WriteStartObject("pullRequest");
                json.WriteNumber("number", request.Number);
                json.WriteString("address", request.Address?.ToString());
                json.WriteString("state", Name(request.State.ToString()));
                Strings(json, "reviewers", request.Reviewers);
                Strings(json, "teams", request.Teams);
                Strings(json, "notAsked", asked.Unreachable);
                json.WriteEndObject();
            }
        }
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ClusterForecast forecast)
    {
        json.WriteStartObject();
        Strings(json, "clusters", forecast.Clusters);
        json.WriteStartArray("workloads");
        foreach (var row in forecast.Rows)
        {
            json.WriteStartObject();
            json.WriteString("namespace", row.Subject.Pod.Namespace);
            json.WriteString("kind", row.Subject.Identity.Kind);
            json.WriteString("name", row.Subject.Identity.Name);
            if (row.Subject.Replicas is { } replicas) json.WriteNumber("replicas", replicas);
            else json.WriteNull("replicas");
            json.WriteString("before", MigrationText.Short(row.Before));
            json.WriteString("after", MigrationText.Short(row.After));
            json.WriteString("when", row.When switch { ChangeTime.AtOnce => "atOnce", ChangeTime.NextRestart => "nextRestart", ChangeTime.NextRun => "nextRun", _ => "never" });
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static string Name(string word) => char.ToLowerInvariant(word[0]) + word[1..];
}
