using System.Collections.Immutable;

namespace Meshlift.Core.Configuration;

/// <summary>Days of the week.</summary>
[Flags]
public enum WeekDays
{
    /// <summary>No day.</summary>
    None = 0,
    /// <summary>Monday.</summary>
    Monday = 1,
    /// <summary>Tuesday.</summary>
    Tuesday = 2,
    /// <summary>Wednesday.</summary>
    Wednesday = 4,
    /// <summary>Thursday.</summary>
    Thursday = 8,
    /// <summary>Friday.</summary>
    Friday = 16,
    /// <summary>Saturday.</summary>
    Saturday = 32,
    /// <summary>Sunday.</summary>
    Sunday = 64,
    /// <summary>The whole week.</summary>
    All = 127,
}

/// <summary>When something may happen, week after week: <c>Mon-Thu 08:00-16:00 Europe/Paris</c>.</summary>
/// <param name="Days">The days on which it opens.</param>
/// <param name="From">When it opens, from midnight by the clock of the zone.</param>
/// <param name="To">When it closes, that moment excluded; up to 24 hours. When it is not after <paramref name="From"/>, the window closes on the next day.</param>
/// <param name="Zone">The IANA name of the time zone, such as <c>Europe/Paris</c>, or <c>UTC</c>.</param>
public sealed record TimeWindow(WeekDays Days, TimeSpan From, TimeSpan To, string Zone)
{
    /// <summary>Parses windows that are separated by <c>;</c>. Whether the zone exists is not looked up here: that list is a file of the machine.</summary>
    /// <exception cref="UserException">The text is not a window; the message says at which character (1-based).</exception>
    public static ImmutableArray<TimeWindow> Parse(string text) => new TimeWindowParser(text).Windows();

    /// <summary>True when the window is open.</summary>
    /// <param name="local">Date and time as the clock of <see cref="Zone"/> shows them.</param>
    public bool Contains(DateTime local)
    {
        var today = Of(local.DayOfWeek);
        var time = local.TimeOfDay;
        if (From < To) return Days.HasFlag(today) && From <= time && time < To;
        return Days.HasFlag(today) && From <= time || Days.HasFlag(Of(local.AddDays(-1).DayOfWeek)) && time < To;
    }

    private static WeekDays Of(DayOfWeek day) => (WeekDays)(1 << (((int)day + 6) % 7));
}
