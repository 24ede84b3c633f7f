using System.Text.Json;
using Meshlift.Adapters.Processes;
using Meshlift.CommandLine.Commands;
using Meshlift.Core.Findings;
using Meshlift.Core.Knowledge;
using Meshlift.Engine.Versions;

namespace Meshlift.CommandLine.Output;

/// <summary>Prints what <c>versions</c> found.</summary>
internal static class VersionsOutput
{
    private const int Gap = 2;

    /// <summary>Prints a report.</summary>
    public static void Write(TextWriter output, OutputFormat format, VersionReport report)
    {
        if (format == OutputFormat.Json) output.WriteLine(Json(report));
        else WriteText(output, report);
    }

    private static void WriteText(TextWriter output, VersionReport report)
    {
        string[][] lines =
        [
            ["VERSION", "RANGE", "IN GIT", "SUPPORT", "KUBERNETES"],
            .. report.Table.Rows.Select(row => (string[])[row.Version.ToString(), Range(row, report), Installed(row), row.Support.Text, row.Kubernetes?.ToString() ?? "unknown"]),
        ];
        var widths = Enumerable.Range(0, lines[0].Length).Select(column => lines.Max(line => line[column].Length) + Gap).ToArray();
        if (lines.Length > 1)
            foreach (var line in lines) output.WriteLine(Redaction.WithoutControls(string.Concat(line.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()));
        var hidden = report.Table.Hidden == 0 ? "" : $"; {Counted.Of(report.Table.Hidden, "more version")} with --all";
        output.WriteLine(Redaction.WithoutControls($"{(report.Unlisted is null ? "published at" : "not listed:")} {report.Place}; range {report.Range}; support and Kubernetes as of {report.KnownAsOf:yyyy-MM-dd}{hidden}"));
    }

    private static string Range(VersionRow row, VersionReport report) =>
        row.Forbidden is { } why ? $"never: {why}" : row.Version == report.Table.Proposed ? "newest" : !row.IsInRange ? "-" : "in range";

    private static string Installed(VersionRow row) => row.Installed.IsEmpty ? "-"
        : string.Join(", ", row.Installed.Select(one => $"{one.Cluster}/{one.Revision}")) + (row.IsPublished == false ? " (not published)" : "");

    private static string Json(VersionReport report) => JsonText.OfObject(json =>
    {
        json.WriteString("place", report.Place);
        json.WriteBoolean("listed", report.Unlisted is null);
        json.WriteString("range", report.Range.Text);
        json.WriteString("newest", report.Table.Proposed?.ToString());
        json.WriteString("knownAsOf", $"{report.KnownAsOf:yyyy-MM-dd}");
        json.WriteNumber("hidden", report.Table.Hidden);
        json.WriteStartArray("versions");
        foreach (var row in report.Table.Rows) Write(json, row);
        json.WriteEndArray();
    });

    private static void Write(Utf8JsonWriter json, VersionRow row)
    {
        json.WriteStartObject();
        json.WriteString("version", row.Version.ToString());
        if (row.IsPublished is { } published) json.WriteBoolean("published", published);
        else json.WriteNull("published");
        json.WriteBoolean("inRange", row.IsInRange);
        json.WriteString("forbiddenBy", row.Forbidden);
        json.WriteStartArray("inGit");
        foreach (var one in row.Installed)
        {
            json.WriteStartObject();
            json.WriteString("cluster", one.Cluster);
            json.WriteString("revision", one.Revision.Value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartObject("support");
        json.WriteString("state", row.Support.State.ToString().ToLowerInvariant());
        json.WriteString("until", row.Support.Until is { } until ? $"{until:yyyy-MM-dd}" : null);
        json.WriteString("text", row.Support.Text);
        json.WriteEndObject();
        json.WriteString("kubernetes", row.Kubernetes?.ToString());
        json.WriteEndObject();
    }
}
