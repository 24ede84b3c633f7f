using System.Globalization;
using System.Text.Json;
using Meshlift.Core.Knowledge;
using Meshlift.Engine.Versions;

namespace Meshlift.CommandLine.Output;

/// <summary>What <c>versions</c> found, for programs: <c>schemas/versions.schema.json</c>.</summary>
internal static class VersionsJson
{
    /// <summary>The report.</summary>
    public static string Write(VersionReport report) => JsonText.OfObject(json =>
    {
        json.WriteString("place", report.Place);
        json.WriteBoolean("listed", report.Unlisted is null);
        json.WriteString("range", report.Range.Text);
        json.WriteString("newest", report.Table.Proposed?.ToString());
        json.WriteString("knownAsOf", Day(report.Knowledge.Known.AsOf));
        json.WriteStartObject("knowledge");
        json.WriteString("origin", Name(report.Knowledge.Origin));
        json.WriteString("fetchedAt", report.Knowledge.FetchedAt?.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture));
        json.WriteBoolean("old", report.IsKnowledgeOld);
        json.WriteString("instead", report.Knowledge.Instead);
        json.WriteEndObject();
        json.WriteNumber("hidden", report.Table.Hidden);
        json.WriteStartArray("versions");
        foreach (var row in report.Table.Rows) Write(json, row);
        json.WriteEndArray();
        json.WriteStartArray("notes");
        foreach (var note in report.Table.Notes) Write(json, note);
        json.WriteEndArray();
    });

    private static void Write(Utf8JsonWriter json, VersionRow row)
    {
        json.WriteStartObject();
        json.WriteString("version", row.Version.ToString());
        if (row.IsPublished is { } published) json.WriteBoolean("published", published);
        else json.WriteNull("published");
        json.WriteString("tagged", row.Tagged is { } tagged ? Day(tagged) : null);
        json.WriteBoolean("inRange", row.IsInRange);
        json.WriteString("forbiddenBy", row.Forbidden);
        json.WriteStartArray("inGit");
        foreach (var one in row.Installed) Write(json, one);
        json.WriteEndArray();
        json.WriteStartObject("support");
        json.WriteString("state", row.Support.State.ToString().ToLowerInvariant());
        json.WriteString("until", row.Support.Until is { } until ? Day(until) : null);
        json.WriteString("text", row.Support.Text);
        json.WriteEndObject();
        json.WriteString("kubernetes", row.Kubernetes?.ToString());
        json.WriteString("exposure", Name(row.Exposure.State));
        json.WriteStartArray("bulletins");
        foreach (var answer in row.Exposure.Affecting.Concat(row.Exposure.ToRead)) Write(json, answer);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, BulletinAnswer answer)
    {
        json.WriteStartObject();
        json.WriteString("id", answer.Bulletin.Id);
        json.WriteString("published", Day(answer.Bulletin.Published));
        if (answer.Bulletin.Cvss is { } score) json.WriteNumber("cvss", score);
        else json.WriteNull("cvss");
        json.WriteString("status", Name(answer.Status));
        json.WriteString("reason", answer.Reason);
        json.WriteString("source", answer.Bulletin.Source);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, VersionNote note)
    {
        json.WriteStartObject();
        json.WriteString("kind", Name(note.Kind));
        json.WriteStartArray("revisions");
        foreach (var one in note.Revisions) Write(json, one);
        json.WriteEndArray();
        json.WriteString("text", note.Text);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, InstalledRevision one)
    {
        json.WriteStartObject();
        json.WriteString("cluster", one.Cluster);
        json.WriteString("revision", one.Revision.Value);
        json.WriteEndObject();
    }

    private static string Day(DateOnly day) => $"{day:yyyy-MM-dd}";

    private static string Name<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
