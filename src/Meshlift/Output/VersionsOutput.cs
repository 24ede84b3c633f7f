using System.Globalization;
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
    private const int ShownBulletins = 2;
    private const int ShownRevisions = 3;

    /// <summary>Prints a report.</summary>
    public static void Write(TextWriter output, OutputFormat format, VersionReport report)
    {
        if (format == OutputFormat.Json) output.WriteLine(VersionsJson.Write(report));
        else WriteText(output, report);
    }

    /// <summary>Says, once, when what is known is old or not what the configuration names.</summary>
    public static void Warn(TextWriter error, VersionReport report)
    {
        if (report.Knowledge.Instead is { } why) error.WriteLine(Redaction.WithoutControls($"warning: what is built in answers: {why}"));
        if (report.IsKnowledgeOld)
            error.WriteLine($"warning: what is known is of {report.Knowledge.Known.AsOf:yyyy-MM-dd}; newer releases and bulletins are missing\n  help: {Remedy(report.Knowledge.Origin)}");
    }

    private static string Remedy(KnowledgeOrigin origin) => origin switch
    {
        KnowledgeOrigin.Fetched => "run 'meshlift versions --update'",
        KnowledgeOrigin.File => "bring the file of spec.istio.knowledge up to date",
        _ => "take a newer Meshlift, or name newer knowledge in spec.istio.knowledge",
    };

    private static void WriteText(TextWriter output, VersionReport report)
    {
        string[][] lines =
        [
            ["VERSION", "RANGE", "IN GIT", "SUPPORT", "KUBERNETES", "BULLETINS"],
            .. report.Table.Rows.Select(row => (string[])[row.Version.ToString(), Range(row, report), Installed(row), row.Support.Text, row.Kubernetes?.ToString() ?? "unknown", Bulletins(row.Exposure)]),
        ];
        var widths = Enumerable.Range(0, lines[0].Length).Select(column => lines.Max(line => line[column].Length) + Gap).ToArray();
        if (lines.Length > 1)
            foreach (var line in lines) Line(output, string.Concat(line.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        foreach (var about in report.Table.Notes.GroupBy(Subject, StringComparer.Ordinal))
        {
            Line(output, about.Key);
            foreach (var note in about) Line(output, $"  {note.Text}");
        }
        var read = report.Table.Rows.SelectMany(row => row.Exposure.ToRead).Select(answer => answer.Bulletin).Distinct().ToArray();
        if (read.Length > 0) Line(output, $"?: read it, it does not say plainly which releases are affected: {string.Join(" ", read.Select(bulletin => bulletin.Source))}");
        var hidden = report.Table.Hidden == 0 ? "" : $"; {Counted.Of(report.Table.Hidden, "more version")} with --all";
        Line(output, $"{(report.Unlisted is null ? "published at" : "not listed:")} {report.Place}; range {report.Range}; known as of {report.Knowledge.Known.AsOf:yyyy-MM-dd}, {Origin(report.Knowledge)}{hidden}");
    }

    private static void Line(TextWriter output, string text) => output.WriteLine(Redaction.WithoutControls(text));

    private static string Origin(KnowledgeInUse knowledge) => knowledge.Origin switch
    {
        KnowledgeOrigin.Fetched => $"fetched on {knowledge.FetchedAt:yyyy-MM-dd}",
        KnowledgeOrigin.File => "from the file of spec.istio.knowledge",
        _ => "built in",
    };

    private static string Subject(VersionNote note) => note.Kind == VersionNoteKind.KnownBadPair
        ? $"{note.Revisions[0].Cluster}: {note.Revisions[0].Revision} and {note.Revisions[1].Revision}"
        : $"{note.Revisions[0].Version} in {Revisions(note.Revisions)}";

    private static string Range(VersionRow row, VersionReport report) =>
        row.Forbidden is { } why ? $"never: {why}" : row.Version == report.Table.Proposed ? "newest" : !row.IsInRange ? "-" : "in range";

    private static string Installed(VersionRow row) => row.Installed.IsEmpty ? "-" : Revisions(row.Installed) + (row.IsPublished == false ? " (not published)" : "");

    private static string Revisions(IReadOnlyCollection<InstalledRevision> revisions) =>
        string.Join(", ", revisions.Take(ShownRevisions).Select(one => $"{one.Cluster}/{one.Revision}")) + More(revisions.Count - ShownRevisions);

    private static string Bulletins(Exposure exposure)
    {
        var affecting = string.Join(", ", exposure.Affecting.Take(ShownBulletins).Select(answer => answer.Bulletin.ShortId)) + More(exposure.Affecting.Length - ShownBulletins);
        var read = string.Join(", ", exposure.ToRead.Take(ShownBulletins).Select(answer => answer.Bulletin.ShortId + "?")) + More(exposure.ToRead.Length - ShownBulletins);
        var state = exposure.State switch
        {
            ExposureState.Exposed when affecting.Length == 0 => "unsupported",
            ExposureState.Unknown => "unknown",
            ExposureState.NoneKnown => "none known",
            _ => "",
        };
        return string.Join(", ", new[] { state, affecting, read }.Where(part => part.Length > 0));
    }

    private static string More(int count) => count <= 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", +{count} more");
}
