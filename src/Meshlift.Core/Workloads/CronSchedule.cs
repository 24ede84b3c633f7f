using System.Globalization;

namespace Meshlift.Core.Workloads;

/// <summary>When a CronJob runs.</summary>
/// <remarks>The standard form of github.com/robfig/cron v3, which the CronJob controller uses: five fields or a name such as <c>@daily</c>; Sunday is 0, there is no 7.</remarks>
public sealed class CronSchedule
{
    private const int SearchDays = 5 * 366;

    private static readonly (string Name, int Least, int Most, string[] Words)[] Fields =
    [
        ("minute", 0, 59, []), ("hour", 0, 23, []), ("day of the month", 1, 31, []),
        ("month", 1, 12, ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
        ("day of the week", 0, 6, ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ];

    private readonly long[] _allowed;
    private readonly bool _anyDay;
    private readonly TimeSpan? _every;

    private CronSchedule(long[] allowed, bool anyDay, TimeSpan? every) => (_allowed, _anyDay, _every) = (allowed, anyDay, every);

    /// <summary>Reads a schedule.</summary>
    /// <param name="text">Such as <c>30 4 * * *</c>.</param>
    /// <param name="fault">What is wrong with it; null when nothing is.</param>
    /// <returns>The schedule; null when it is none.</returns>
    public static CronSchedule? Read(string text, out string? fault)
    {
        fault = null;
        text = text.Trim();
        if (text.Contains("TZ=", StringComparison.Ordinal)) return Refuse("a time zone belongs into spec.timeZone", out fault);
        if (text.StartsWith("@every ", StringComparison.Ordinal)) return Duration(text[7..].Trim()) is { } every ? new([], anyDay: true, every) : Refuse($"'{text[7..]}' is no duration", out fault);
        if (text.StartsWith('@'))
        {
            var named = text switch { "@yearly" or "@annually" => "0 0 1 1 *", "@monthly" => "0 0 1 * *", "@weekly" => "0 0 * * 0", "@daily" or "@midnight" => "0 0 * * *", "@hourly" => "0 * * * *", _ => null };
            return named is null ? Refuse("there is no such name", out fault) : Read(named, out fault);
        }
        var parts = text.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != Fields.Length) return Refuse($"it has {parts.Length} fields, not 5", out fault);
        var allowed = new long[Fields.Length];
        var anyDay = false;
        for (var i = 0; i < parts.Length; i++)
            foreach (var term in parts[i].Split(','))
            {
                if (Term(term, Fields[i]) is not { } bits) return Refuse($"'{term}' is no {Fields[i].Name}", out fault);
                allowed[i] |= bits;
                // Where both days are restricted, one of them is enough; where one is not, the other decides.
                anyDay |= i is 2 or 4 && term is ("*" or "?" or "*/1" or "?/1");
            }
        return new(allowed, anyDay, null);
    }

    /// <summary>The first time after a moment at which it runs; null when that is not within five years, as for the 30th of February.</summary>
    /// <param name="after">The moment, in the time zone of the schedule.</param>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        if (_every is { } every) return after + every;
        var at = new DateTimeOffset(after.Year, after.Month, after.Day, after.Hour, after.Minute, 0, after.Offset).AddMinutes(1);
        for (var days = 0; days < SearchDays;)
        {
            if (!Has(3, at.Month) || !HasDay(at))
            {
                at = at.AddDays(1).AddHours(-at.Hour).AddMinutes(-at.Minute);
                days++;
            }
            else if (!Has(1, at.Hour))
            {
                var day = at.Day;
                at = at.AddHours(1).AddMinutes(-at.Minute);
                if (at.Day != day) days++;
            }
            else if (!Has(0, at.Minute))
            {
                at = at.AddMinutes(1);
            }
            else
            {
                return at;
            }
        }
        return null;
    }

    private bool HasDay(DateTimeOffset at) => _anyDay ? Has(2, at.Day) && Has(4, (int)at.DayOfWeek) : Has(2, at.Day) || Has(4, (int)at.DayOfWeek);

    private bool Has(int field, int value) => (_allowed[field] >> value & 1) != 0;

    private static CronSchedule? Refuse(string why, out string? fault)
    {
        fault = why;
        return null;
    }

    /// <returns>A bit for each value; null when it is no term.</returns>
    private static long? Term(string term, (string Name, int Least, int Most, string[] Words) field)
    {
        var (range, step) = term.Split('/') switch { [var one] => (one, ""), [var one, var two] => (one, two), _ => ("", "0") };
        var every = 1;
        if (step.Length > 0 && (!int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out every) || every == 0)) return null;
        int? first, last;
        if (range is "*" or "?") (first, last) = (field.Least, field.Most);
        else
        {
            var ends = range.Split('-');
            if (ends.Length > 2) return null;
            first = Number(ends[0], field);
            // A single value with a step goes on to the end.
            last = ends.Length == 2 ? Number(ends[1], field) : step.Length > 0 ? field.Most : first;
        }
        if (first is null || last is null || first > last) return null;
        var bits = 0L;
        for (var value = first.Value; value <= last; value += every) bits |= 1L << value;
        return bits;
    }

    private static int? Number(string text, (string Name, int Least, int Most, string[] Words) field)
    {
        var word = Array.FindIndex(field.Words, known => known.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (word >= 0) return word + field.Least;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= field.Least && number <= field.Most ? number : null;
    }

    /// <summary>Such as <c>1h30m</c>, in whole seconds; at least one.</summary>
    private static TimeSpan? Duration(string text)
    {
        var (sum, number) = (0L, 0L);
        var hasDigit = false;
        foreach (var letter in text)
        {
            if (char.IsAsciiDigit(letter))
            {
                (number, hasDigit) = (number * 10 + letter - '0', true);
                if (number > 1_000_000) return null;
                continue;
            }
            var unit = letter switch { 'h' => 3600, 'm' => 60, 's' => 1, _ => 0 };
            if (unit == 0 || !hasDigit) return null;
            (sum, number, hasDigit) = (sum + number * unit, 0, false);
        }
        return hasDigit || sum == 0 ? null : TimeSpan.FromSeconds(sum);
    }
}
