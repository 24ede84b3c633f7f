using System.Collections.Immutable;
using System.Net;
using System.Text;
using Meshlift.Core.Diffing;
using Meshlift.Core.Findings;

namespace Meshlift.CommandLine.Output;

/// <summary>A difference as one file for a browser: no script, nothing from elsewhere.</summary>
internal static class DiffHtml
{
    private const int MostPlaces = 8;

    private const string Style = """
        :root{--text:#1c2128;--soft:#59636e;--page:#fff;--card:#fff;--code:#f6f8fa;--line:#d1d9e0;--high:#cf222e;--medium:#9a6700;--low:#59636e;--del:#ffebe9;--ins:#dafbe1}
        @media(prefers-color-scheme:dark){:root{--text:#e6edf3;--soft:#9198a1;--page:#0d1117;--card:#151b23;--code:#0d1117;--line:#3d444d;--high:#ff7b72;--medium:#e3b341;--low:#9198a1;--del:#3c1618;--ins:#12301c}}
        *{box-sizing:border-box}
        body{font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;max-width:68rem;margin:0 auto;padding:1.5rem 1rem 4rem;color:var(--text);background:var(--page)}
        h1{font-size:1.5rem;line-height:1.25;margin:0 0 .25rem;overflow-wrap:anywhere}h2{font-size:1.15rem;margin:2rem 0 .5rem;overflow-wrap:anywhere}
        code,pre{font:.8125rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}code{overflow-wrap:anywhere}
        pre{margin:.4rem 0 0;padding:.5rem 0;background:var(--code);border:1px solid var(--line);border-radius:6px;overflow-x:auto}
        pre>*{display:block;padding:0 .75rem;width:max-content;min-width:100%;text-decoration:none}del{background:var(--del)}ins{background:var(--ins)}
        .counts{display:flex;flex-wrap:wrap;gap:.5rem;margin:1rem 0;padding:0;list-style:none}
        .counts li{padding:.4rem .8rem;border:1px solid var(--line);border-radius:999px;font-weight:600}
        .sums{color:var(--soft);font-size:.875rem;padding-left:1.1rem;margin:0 0 1.5rem}
        details{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--low);border-radius:6px;margin:.6rem 0}
        details.high{border-left-color:var(--high)}details.medium{border-left-color:var(--medium)}
        summary{cursor:pointer;padding:.6rem .9rem;border-radius:6px}summary:focus-visible{outline:2px solid var(--medium)}
        summary .count{color:var(--soft);font-size:.875rem;white-space:nowrap}
        .body{padding:0 .9rem .9rem}.change{border-top:1px solid var(--line);padding:.7rem 0 .3rem}.change p{margin:.15rem 0}
        .also{color:var(--soft);font-size:.875rem;margin:.15rem 0;padding-left:1.1rem}
        .risk{display:inline-block;min-width:4.2rem;font-weight:700;font-size:.8125rem;text-transform:uppercase;letter-spacing:.03em;color:var(--low)}
        .risk.high{color:var(--high)}.risk.medium{color:var(--medium)}
        .found{padding-left:1.1rem}.found li{margin:.3rem 0}li,p{overflow-wrap:anywhere}.counts .risk{min-width:0}
        """;

    public static string Write(DiffReport report)
    {
        var text = new StringBuilder();
        text.Append(null, $"<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<title>{Escape(report.Title)}</title>\n<style>\n{Style}\n</style>\n<h1>{Escape(report.Title)}</h1>\n");
        text.Append("<ul class=\"counts\">\n");
        foreach (var risk in Enum.GetValues<DiffRisk>().Reverse())
            if (report.Sections.Sum(section => section.Resources.Count(resource => resource.Risk == risk)) is > 0 and var count)
                text.Append(null, $"<li>{count} {Risk(risk)}</li>\n");
        text.Append("</ul>\n<ul class=\"sums\">\n");
        foreach (var sum in report.Sums()) text.Append(null, $"<li>{Escape(sum)}</li>\n");
        text.Append("</ul>\n");
        foreach (var found in report.CustomResources) Write(text, report, found);
        foreach (var section in report.Sections)
        {
            if (report.NameOf(section.Clusters) is { } clusters) text.Append(null, $"<h2>{Escape(char.ToUpperInvariant(clusters[0]) + clusters[1..])}</h2>\n");
            foreach (var resource in section.Resources) Write(text, resource);
        }
        return text.Append("</html>\n").ToString();
    }

    /// <summary>Text as text: no tag, no entity, no quote that would end an attribute.</summary>
    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    private static string Risk(DiffRisk risk) => $"<span class=\"risk {DiffReport.NameOf(risk)}\">{DiffReport.NameOf(risk)}</span>";

    private static void Write(StringBuilder text, DiffReport report, ShownResources found)
    {
        var remarks = DiffReport.Remarks(found.Resources).ToImmutableArray();
        if (found.Resources.Verdict.Impacts.IsEmpty && remarks.IsEmpty) return;
        text.Append(null, $"<h2>Custom resources that the changed definitions treat otherwise{(report.NameOf(found.Clusters) is { } clusters ? Escape($", {clusters}") : "")}</h2>\n<ul class=\"found\">\n");
        foreach (var impact in found.Resources.Verdict.Impacts)
            text.Append(null, $"<li><span class=\"risk {(impact.IsRejected ? "high" : "medium")}\">{(impact.IsRejected ? "rejected" : "pruned")}</span> <code>{Escape(impact.Place)}</code> <code>{Escape($"{impact.Resource} {impact.Field}".TrimEnd())}</code>: {Escape(impact.Reason)}</li>\n");
        foreach (var remark in remarks) text.Append(null, $"<li>{Escape(remark)}</li>\n");
        text.Append("</ul>\n");
    }

    private static void Write(StringBuilder text, ResourceDiff resource)
    {
        var groups = DiffReport.Groups(resource).ToImmutableArray();
        text.Append(null, $"<details class=\"{DiffReport.NameOf(resource.Risk)}\"{(resource.Risk == DiffRisk.High ? " open" : "")}>\n<summary>{Risk(resource.Risk)} {DiffReport.NameOf(resource.Kind)} <code>{Escape(DiffReport.NameOf(resource))}</code>");
        text.Append(null, $"{(groups.IsEmpty ? "" : $" <span class=\"count\">{Counted.Of(resource.Changes.Length, "change")}</span>")}</summary>\n<div class=\"body\">\n");
        if (resource.Reason.Length > 0) text.Append(null, $"<p>{Escape(resource.Reason)}</p>\n");
        foreach (var (change, others) in groups)
        {
            text.Append(null, $"<div class=\"change\">\n<p>{Risk(change.Risk)} {DiffReport.NameOf(change.Kind)} <code>{Escape(DiffReport.OneLine(change.Path.ToString()))}</code></p>\n");
            if (!others.IsEmpty)
            {
                text.Append("<ul class=\"also\">\n");
                foreach (var path in others.Take(MostPlaces)) text.Append(null, $"<li>and at <code>{Escape(DiffReport.OneLine(path.ToString()))}</code></li>\n");
                if (others.Length > MostPlaces) text.Append(null, $"<li>and at {Counted.Of(others.Length - MostPlaces, "more place")}</li>\n");
                text.Append("</ul>\n");
            }
            if (change.Reason.Length > 0) text.Append(null, $"<p>{Escape(change.Reason)}</p>\n");
            text.Append("<pre>");
            foreach (var line in DiffReport.Values(resource, change, mostLines: 400, longest: 2000))
            {
                var tag = line[0] switch { '-' => "del", '+' => "ins", _ => "span" };
                text.Append(null, $"<{tag}>{Escape(line)}</{tag}>");
            }
            text.Append("</pre>\n</div>\n");
        }
        text.Append("</div>\n</details>\n");
    }
}
