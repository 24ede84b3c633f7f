using Meshlift.Adapters.Processes;
using Meshlift.Core.Diffing;

namespace Meshlift.CommandLine.Output;

/// <summary>A difference for people at a terminal.</summary>
/// <param name="output">Where to.</param>
/// <param name="hasColour">True to colour risks and lines.</param>
internal sealed class DiffText(TextWriter output, bool hasColour)
{
    private const string Red = "\e[31m", Yellow = "\e[33m", Green = "\e[32m", Dim = "\e[2m", Bold = "\e[1m", Plain = "\e[0m";

    public void Write(DiffReport report)
    {
        Line(Bold, report.Title);
        foreach (var resource in report.Selected)
        {
            output.WriteLine();
            Line(ColourOf(resource.Risk), $"{DiffReport.NameOf(resource.Risk),-6}  {DiffReport.NameOf(resource.Kind)} {DiffReport.NameOf(resource)}");
            if (resource.Reason.Length > 0) Line("", $"        {resource.Reason}");
            foreach (var change in resource.Changes)
            {
                Line(ColourOf(change.Risk), $"  {DiffReport.NameOf(change.Risk),-6}  {DiffReport.NameOf(change.Kind)} {change.Path}");
                if (change.Reason.Length > 0) Line("", $"          {change.Reason}");
                foreach (var line in DiffReport.Values(resource, change)) Line(line[0] switch { '-' => Red, '+' => Green, _ => "" }, $"          {line}");
            }
        }
        if (!report.Impacts.IsEmpty)
        {
            output.WriteLine();
            Line(Bold, "custom resources that the changed definitions treat otherwise");
            foreach (var impact in report.Impacts)
                Line(impact.IsRejected ? Red : Yellow, $"  {(impact.IsRejected ? "rejected" : "pruned")}  {impact.Place}: {impact.Resource} {impact.Field}: {impact.Reason}");
        }
        output.WriteLine();
        foreach (var sum in report.Sums()) Line(Dim, sum);
    }

    private static string ColourOf(DiffRisk risk) => risk switch
    {
        DiffRisk.High => Red,
        DiffRisk.Medium => Yellow,
        _ => "",
    };

    /// <summary>Names and values come from manifests, which must not steer the terminal.</summary>
    private void Line(string colour, string text) => output.WriteLine(hasColour && colour.Length > 0 ? $"{colour}{Redaction.WithoutControls(text)}{Plain}" : Redaction.WithoutControls(text));
}
