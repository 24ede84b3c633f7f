using System.Text;
using Meshlift.Core.Diffing;
using Meshlift.Core.Findings;

namespace Meshlift.CommandLine.Output;

/// <summary>A difference for a pull request: the most dangerous first, what is not dangerous collapsed, no longer than forges accept.</summary>
/// <remarks>
/// Where the room ends, a resource is shown without its values, then as a line, then counted; never cut in the middle, so that no tag stays open. Names and
/// values of others stand escaped, in code spans or in fences that they cannot close.
/// </remarks>
internal static class DiffMarkdown
{
    /// <summary>GitHub takes 65,536 characters; what a bot writes around it needs some of them. GitLab takes 1,000,000.</summary>
    public const int Longest = 60_000;

    /// <summary>Shorter than this, not even the sums would fit.</summary>
    public const int Least = 4_000;

    private const int MostPlaces = 8;

    public static string Write(DiffReport report, int longest = Longest)
    {
        var foot = new StringBuilder("\n");
        foreach (var sum in report.Sums()) foot.Append(sum.StartsWith(' ') ? "  - " : "- ").Append(Inline(sum.TrimStart())).Append('\n');
        if (foot.Length > longest / 2) foot = foot.Remove(longest / 2, foot.Length - (longest / 2)).Append("...\n");
        var text = new StringBuilder().Append("## ").Append(Inline(Short(report.Title))).Append("\n\n");
        // Kept for the sentence about what was left out.
        var left = longest - text.Length - foot.Length - 300;
        var (cut, shortened) = (0, 0);
        foreach (var forms in Parts(report))
        {
            var fitting = forms.FirstOrDefault(form => form.Length <= left);
            if (fitting is null) cut++;
            else if (fitting != forms[0]) shortened++;
            text.Append(fitting);
            left -= fitting?.Length ?? 0;
        }
        if (cut + shortened > 0)
            text.Append(null, $"**{Counted.Of(cut, "section is", "sections are")} not shown and {shortened} shortened, because forges cut long texts; `meshlift diff` shows everything.**\n");
        return text.Append(foot).ToString();
    }

    /// <summary>Each part in all its forms, the longest first.</summary>
    private static IEnumerable<string[]> Parts(DiffReport report)
    {
        // What is dangerous stands open, and what breaks resources of one's own before all.
        foreach (var found in report.CustomResources)
            if (CustomResources(report, found) is { Length: > 0 } text)
                yield return [text];
        foreach (var section in report.Sections)
        {
            if (report.NameOf(section.Clusters) is { } clusters) yield return [$"### {Inline(char.ToUpperInvariant(clusters[0]) + clusters[1..])}\n\n"];
            foreach (var resource in section.Resources) yield return [Section(resource, hasValues: true), Section(resource, hasValues: false), Heading(resource)];
        }
    }

    private static string CustomResources(DiffReport report, ShownResources found)
    {
        const int most = 50;
        var (impacts, remarks) = (found.Resources.Verdict.Impacts, DiffReport.Remarks(found.Resources).ToList());
        if (impacts.IsEmpty && remarks.Count == 0) return "";
        var text = new StringBuilder();
        if (!impacts.IsEmpty)
        {
            text.Append(null, $"### Custom resources that the changed definitions treat otherwise{(report.NameOf(found.Clusters) is { } clusters ? Inline($", {clusters}") : "")}\n\n");
            foreach (var impact in impacts.Take(most)) text.Append(null, $"- **{(impact.IsRejected ? "rejected" : "pruned")}** {Code(impact.Place)} {Code($"{impact.Resource} {impact.Field}".TrimEnd())}: {Inline(Short(impact.Reason))}\n");
            if (impacts.Length > most) text.Append(null, $"- and {impacts.Length - most} more\n");
            text.Append('\n');
        }
        if (remarks.Count == 0) return text.ToString();
        text.Append(null, $"<details><summary>{Counted.Of(remarks.Count, "remark")} on what was not evaluated or not looked at</summary>\n\n");
        foreach (var remark in remarks.Take(most)) text.Append("- ").Append(Inline(Short(remark))).Append('\n');
        if (remarks.Count > most) text.Append(null, $"- and {remarks.Count - most} more\n");
        return text.Append("\n</details>\n\n").ToString();
    }

    private static string Heading(ResourceDiff resource) =>
        $"- **{DiffReport.NameOf(resource.Risk)}** {DiffReport.NameOf(resource.Kind)} {Code(Short(DiffReport.NameOf(resource)))}\n\n";

    private static string Section(ResourceDiff resource, bool hasValues)
    {
        var open = resource.Risk == DiffRisk.High ? " open" : "";
        var text = new StringBuilder($"<details{open}><summary><b>{DiffReport.NameOf(resource.Risk)}</b> {DiffReport.NameOf(resource.Kind)} <code>{DiffHtml.Escape(Short(DiffReport.NameOf(resource)))}</code></summary>\n\n");
        if (resource.Reason.Length > 0) text.Append(Inline(resource.Reason)).Append("\n\n");
        foreach (var (change, others) in DiffReport.Groups(resource))
        {
            text.Append(null, $"{(hasValues ? "" : "- ")}**{DiffReport.NameOf(change.Risk)}** {DiffReport.NameOf(change.Kind)} {Code(change.Path.ToString())}");
            foreach (var path in others.Take(hasValues ? MostPlaces : 0)) text.Append(", ").Append(Code(path.ToString()));
            if (others.Length > (hasValues ? MostPlaces : 0)) text.Append(null, $" and at {Counted.Of(others.Length - (hasValues ? MostPlaces : 0), "more place")}");
            if (change.Reason.Length > 0) text.Append(": ").Append(Inline(change.Reason));
            text.Append(hasValues ? "\n\n" : "\n");
            if (!hasValues) continue;
            var values = DiffReport.Values(resource, change, mostLines: 24, longest: 400);
            var fence = new string('`', Math.Max(3, values.Max(Ticks) + 1));
            text.Append(fence).Append("diff\n");
            foreach (var value in values) text.Append(value).Append('\n');
            text.Append(fence).Append("\n\n");
        }
        return text.Append(hasValues ? "" : "\n").Append("</details>\n\n").ToString();
    }

    private static string Short(string text)
    {
        const int most = 500;
        return text.Length <= most ? text : text[..most] + "...";
    }

    /// <summary>Text of others must not become a mention, a link, an image or markup.</summary>
    public static string Inline(string text)
    {
        var escaped = new StringBuilder();
        foreach (var character in DiffHtml.Escape(DiffReport.OneLine(text)))
            _ = character is '\\' or '`' or '*' or '_' or '[' or ']' or '|' or '~' or '!' ? escaped.Append('\\').Append(character)
                : character == '@' ? escaped.Append("&#64;") : escaped.Append(character);
        return escaped.ToString();
    }

    /// <summary>Text of others as it is, in one line.</summary>
    public static string Code(string text)
    {
        var line = DiffReport.OneLine(text);
        var fence = new string('`', Ticks(line) + 1);
        return line.StartsWith('`') || line.EndsWith('`') ? $"{fence} {line} {fence}" : $"{fence}{line}{fence}";
    }

    /// <summary>The longest run of backticks.</summary>
    private static int Ticks(string text)
    {
        var (longest, run) = (0, 0);
        foreach (var character in text)
        {
            run = character == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }
        return longest;
    }
}
