using System.Globalization;
using Meshlift.Core.Findings;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Core.Checks.Rules;

/// <summary>Schedules that Kubernetes does not understand.</summary>
/// <remarks>The standard form of github.com/robfig/cron v3, which the CronJob controller uses: Sunday is 0, there is no 7.</remarks>
internal sealed class CronSchedulesRule : Rule
{
    private static readonly (string Name, int Least, int Most, string[] Words)[] Fields =
    [
        ("minute", 0, 59, []), ("hour", 0, 23, []), ("day of the month", 1, 31, []),
        ("month", 1, 12, ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
        ("day of the week", 0, 6, ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ];

    public override RuleInfo Info { get; } = new("ML3011", "cron_schedules", Severity.Error, "a schedule of a CronJob that Kubernetes does not understand");

    public override IEnumerable<RuleHit> Check(Resource resource, MeshFacts mesh)
    {
        if (resource.Identity is not { Group: "batch", Kind: "CronJob" } || (resource.Root["spec"] as YamlMapping)?["schedule"] is not YamlScalar { AsString: { } schedule } at) yield break;
        if (Fault(schedule.Trim()) is { } fault) yield return new RuleHit(at.Span?.Start, "spec.schedule", $"'{schedule}' is no schedule: {fault}", "write minute, hour, day, month and weekday, such as \"30 4 * * *\"");
    }

    /// <returns>What is wrong; null when it is a schedule.</returns>
    private static string? Fault(string schedule)
    {
        if (schedule.Contains("TZ=", StringComparison.Ordinal)) return "a time zone belongs into spec.timeZone";
        if (schedule.StartsWith("@every ", StringComparison.Ordinal)) return null;
        if (schedule.StartsWith('@')) return schedule is "@yearly" or "@annually" or "@monthly" or "@weekly" or "@daily" or "@midnight" or "@hourly" ? null : "there is no such name";
        var parts = schedule.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != Fields.Length) return $"it has {parts.Length} fields, not 5";
        for (var i = 0; i < parts.Length; i++)
            foreach (var term in parts[i].Split(','))
                if (!IsTerm(term, Fields[i]))
                    return $"'{term}' is no {Fields[i].Name}";
        return null;
    }

    private static bool IsTerm(string term, (string Name, int Least, int Most, string[] Words) field)
    {
        var (range, step) = term.Split('/') switch { [var one] => (one, "1"), [var one, var two] => (one, two), _ => ("", "") };
        if (!int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var every) || every == 0) return false;
        if (range is "*" or "?") return true;
        return range.Split('-') switch
        {
            [var one] => Number(one, field) is not null,
            [var from, var to] => Number(from, field) is { } first && Number(to, field) is { } last && first <= last,
            _ => false,
        };
    }

    private static int? Number(string text, (string Name, int Least, int Most, string[] Words) field)
    {
        var word = Array.FindIndex(field.Words, known => known.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (word >= 0) return word + field.Least;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= field.Least && number <= field.Most ? number : null;
    }
}
