using System.Collections.Immutable;
using Meshlift.Adapters.Processes;
using Meshlift.Core.Diffing;
using Meshlift.Core.Findings;

namespace Meshlift.CommandLine.Output;

/// <summary>A difference for people at a terminal.</summary>
/// <param name="output">Where to.</param>
/// <param name="hasColour">True to colour risks and lines.</param>
/// <param name="width">How many characters a line has; null for as many as it needs, as a file takes them.</param>
internal sealed class DiffText(TextWriter output, bool hasColour, int? width = null)
{
    private const string Red = "\e[31m", Yellow = "\e[33m", Green = "\e[32m", Dim = "\e[2m", Bold = "\e[1m", Plain = "\e[0m";
    private const int MostPlaces = 8;
    private const int MostLines = 24;

    // Narrower than this, nothing of a path would be left.
    private readonly int? _width = width is { } columns ? Math.Max(columns, 40) : null;

    public void Write(DiffReport report)
    {
        Wrapped(Bold, "", report.Title);
        foreach (var section in report.Sections)
        {
            if (report.NameOf(section.Clusters) is { } clusters)
            {
                output.WriteLine();
                Wrapped(Bold, "", clusters);
            }
            foreach (var resource in section.Resources) Write(resource);
        }
        foreach (var found in report.CustomResources) Write(report, found);
        output.WriteLine();
        foreach (var sum in report.Sums()) Wrapped(Dim, sum.StartsWith("  ", StringComparison.Ordinal) ? "  " : "", sum.TrimStart());
    }

    private void Write(ResourceDiff resource)
    {
        output.WriteLine();
        Line(ColourOf(resource.Risk), Middle($"{DiffReport.NameOf(resource.Risk),-6}  {DiffReport.NameOf(resource.Kind)} ", DiffReport.NameOf(resource)));
        if (resource.Reason.Length > 0) Wrapped("", "        ", resource.Reason);
        foreach (var (change, others) in DiffReport.Groups(resource))
        {
            Line(ColourOf(change.Risk), Middle($"  {DiffReport.NameOf(change.Risk),-6}  {DiffReport.NameOf(change.Kind)} ", change.Path.ToString()));
            foreach (var path in others.Take(_width is null ? int.MaxValue : MostPlaces)) Line(ColourOf(change.Risk), Middle("          and at ", path.ToString()));
            if (_width is not null && others.Length > MostPlaces) Line("", $"          and at {Counted.Of(others.Length - MostPlaces, "more place")}");
            if (change.Reason.Length > 0) Wrapped("", "          ", change.Reason);
            foreach (var line in DiffReport.Values(resource, change, _width is null ? int.MaxValue : MostLines)) Line(line[0] switch { '-' => Red, '+' => Green, _ => "" }, Cut($"          {line}"));
        }
    }

    private void Write(DiffReport report, ShownResources found)
    {
        var remarks = DiffReport.Remarks(found.Resources).ToImmutableArray();
        if (found.Resources.Verdict.Impacts.IsEmpty && remarks.IsEmpty) return;
        output.WriteLine();
        Wrapped(Bold, "", $"custom resources that the changed definitions treat otherwise{(report.NameOf(found.Clusters) is { } clusters ? $", {clusters}" : "")}");
        if (found.Resources.Verdict.Impacts.IsEmpty) Line("", "  none was found");
        foreach (var impact in found.Resources.Verdict.Impacts)
            Wrapped(impact.IsRejected ? Red : Yellow, "  ", $"{(impact.IsRejected ? "rejected" : "pruned")}  {impact.Place}: {impact.Resource}{(impact.Field.Length > 0 ? " " : "")}{impact.Field}: {impact.Reason}");
        foreach (var remark in remarks) Wrapped("", "  ", remark);
    }

    private static string ColourOf(DiffRisk risk) => risk switch
    {
        DiffRisk.High => Red,
        DiffRisk.Medium => Yellow,
        _ => "",
    };

    /// <summary>A heading whose name is cut in its middle: the end of a path says what it is about, its beginning where.</summary>
    private string Middle(string head, string name)
    {
        if (_width is not { } columns || head.Length + name.Length <= columns) return head + name;
        var room = Math.Max(columns - head.Length - 1, 2);
        var start = room / 3;
        return $"{head}{name[..start]}…{name[^(room - start)..]}";
    }

    private string Cut(string line) => _width is { } columns && line.Length > columns ? line[..(columns - 1)] + "…" : line;

    /// <summary>Sentences are never cut: a reason that ends in the middle is none.</summary>
    private void Wrapped(string colour, string indent, string text)
    {
        text = DiffReport.OneLine(text);
        while (_width is { } columns && indent.Length + text.Length > columns)
        {
            var room = columns - indent.Length;
            var space = text.LastIndexOf(' ', room);
            var end = space <= 0 ? room : space;
            Line(colour, indent + text[..end]);
            text = text[end..].TrimStart();
            if (indent.Length == 0) indent = "  ";
        }
        Line(colour, indent + text);
    }

    /// <summary>Names and values come from manifests, which must not steer the terminal.</summary>
    private void Line(string colour, string text) => output.WriteLine(hasColour && colour.Length > 0 ? $"{colour}{Redaction.WithoutControls(text)}{Plain}" : Redaction.WithoutControls(text));
}
