using System.Text;
using Meshlift.Core.Diffing;
using Meshlift.Core.Findings;

namespace Meshlift.CommandLine.Output;

/// <summary>A difference for a pull request: the most dangerous first, what is not dangerous collapsed, no longer than forges accept.</summary>
internal static class DiffMarkdown
{
    /// <summary>GitHub takes 65,536 characters and GitLab more; what a bot writes around it needs some of them.</summary>
    public const int Longest = 60_000;

    public static string Write(DiffReport report)
    {
        var foot = new StringBuilder();
        foreach (var sum in report.Sums()) foot.Append("- ").Append(sum).Append('\n');
        var text = new StringBuilder().Append("## ").Append(Inline(report.Title)).Append("\n\n");
        var left = Longest - text.Length - foot.Length - 200;
        var (cut, isFull) = (0, false);
        foreach (var section in Sections(report))
        {
            isFull |= section.Length > left;
            if (isFull)
            {
                cut++;
                continue;
            }
            text.Append(section);
            left -= section.Length;
        }
        if (cut > 0) text.Append(null, $"**{Counted.Of(cut, "section is", "sections are")} not shown, because forges cut long texts; `meshlift diff` shows {(cut == 1 ? "it" : "them")}.**\n\n");
        return text.Append(foot).ToString();
    }

    private static IEnumerable<string> Sections(DiffReport report)
    {
        // What is dangerous stands open, and what breaks resources of one's own before all.
        if (!report.Impacts.IsEmpty) yield return Impacts(report);
        foreach (var resource in report.Selected) yield return Section(resource);
    }

    private static string Impacts(DiffReport report)
    {
        var text = new StringBuilder("### Custom resources that the changed definitions treat otherwise\n\n");
        const int most = 100;
        foreach (var impact in report.Impacts.Take(most)) text.Append(null, $"- **{(impact.IsRejected ? "rejected" : "pruned")}** {Code(impact.Place)} {Code($"{impact.Resource} {impact.Field}")}: {Inline(impact.Reason)}\n");
        if (report.Impacts.Length > most) text.Append(null, $"- and {report.Impacts.Length - most} more\n");
        return text.Append('\n').ToString();
    }

    private static string Section(ResourceDiff resource)
    {
        var open = resource.Risk == DiffRisk.High ? " open" : "";
        var text = new StringBuilder($"<details{open}><summary><b>{DiffReport.NameOf(resource.Risk)}</b> {DiffReport.NameOf(resource.Kind)} <code>{DiffHtml.Escape(DiffReport.NameOf(resource))}</code></summary>\n\n");
        if (resource.Reason.Length > 0) text.Append(Inline(resource.Reason)).Append("\n\n");
        foreach (var change in resource.Changes)
        {
            text.Append(null, $"**{DiffReport.NameOf(change.Risk)}** {DiffReport.NameOf(change.Kind)} {Code(change.Path.ToString())}");
            if (change.Reason.Length > 0) text.Append(": ").Append(Inline(change.Reason));
            text.Append("\n\n");
            var values = DiffReport.Values(resource, change);
            var fence = new string('`', Math.Max(3, values.Max(Ticks) + 1));
            text.Append(fence).Append("diff\n");
            foreach (var value in values) text.Append(value).Append('\n');
            text.Append(fence).Append("\n\n");
        }
        return text.Append("</details>\n\n").ToString();
    }

    /// <summary>Text of others must not become a mention, a link, an image or markup.</summary>
    private static string Inline(string text)
    {
        var escaped = new StringBuilder();
        foreach (var character in DiffHtml.Escape(text.ReplaceLineEndings(" ")))
            _ = character is '\\' or '`' or '*' or '_' or '[' or ']' or '|' or '~' or '!' ? escaped.Append('\\').Append(character)
                : character == '@' ? escaped.Append("&#64;") : escaped.Append(character);
        return escaped.ToString();
    }

    private static string Code(string text)
    {
        var line = text.ReplaceLineEndings(" ");
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
