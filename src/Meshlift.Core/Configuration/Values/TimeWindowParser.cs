using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;

namespace Meshlift.Core.Configuration;

/// <summary>Reads the text of <see cref="TimeWindow"/>s from left to right.</summary>
internal sealed class TimeWindowParser(string text)
{
    /// <summary>A regular expression for the written form.</summary>
    internal const string Pattern = "^" + One + "(;" + One + ")*$";

    private const string Day = "(Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
    private const string ZonePattern = "(UTC|[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)+)";
    private const string One = " *(" + Day + "(-" + Day + ")?(," + Day + "(-" + Day + ")?)* +)?[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2} +" + ZonePattern + " *";
    private const string Example = "write for example 'Mon-Thu 08:00-16:00 Europe/Paris'";
    private static readonly ImmutableArray<string> DayNames = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    private static readonly SearchValues<char> ZoneCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-");
    private int _at;

    /// <summary>Parses the whole text; at least one window.</summary>
    public ImmutableArray<TimeWindow> Windows()
    {
        var windows = ImmutableArray.CreateBuilder<TimeWindow>();
        do
        {
            SkipSpaces();
            windows.Add(Window());
            SkipSpaces();
        }
        while (Takes(';'));
        return _at == text.Length ? windows.DrainToImmutable() : throw Wrong(_at, "';' is expected between two windows");
    }

    private TimeWindow Window()
    {
        var days = _at < text.Length && char.IsAsciiLetter(text[_at]) ? Days() : WeekDays.All;
        SkipSpaces();
        var start = _at;
        var from = Time();
        if (!Takes('-')) throw Wrong(_at, "'-' is expected between the two times");
        var to = Time();
        if (from == to) throw Wrong(start, "it opens and closes at the same time; a whole day is 00:00-24:00");
        if (from == TimeSpan.FromDays(1)) throw Wrong(start, "a window cannot open at 24:00; write 00:00 of the next day");
        var end = _at;
        SkipSpaces();
        if (_at == end || _at == text.Length || text[_at] == ';') throw Wrong(_at, "the time zone is missing; write UTC or a place such as Europe/Paris");
        return new TimeWindow(days, from, to, Zone());
    }

    private WeekDays Days()
    {
        var days = WeekDays.None;
        do
        {
            var first = DayOfWeek();
            var last = Takes('-') ? DayOfWeek() : first;
            // Fri-Mon runs over the end of the week.
            for (var day = first; ; day = (day + 1) % 7)
            {
                days |= (WeekDays)(1 << day);
                if (day == last) break;
            }
        }
        while (Takes(','));
        return days;
    }

    private int DayOfWeek()
    {
        var start = _at;
        var word = Word();
        var day = DayNames.IndexOf(word);
        if (day >= 0) return day;
        throw Wrong(start, word.Length == 0 ? "a day is expected" : $"{Quoted.Text(word)} is no day ({string.Join(", ", DayNames)})");
    }

    private TimeSpan Time()
    {
        var start = _at;
        if (text.Length - _at >= 5 && text[_at + 2] == ':' && Two(_at) is { } hour && Two(_at + 3) is { } minute && (hour < 24 && minute < 60 || hour == 24 && minute == 0))
        {
            _at += 5;
            return new TimeSpan(hour, minute, 0);
        }
        throw Wrong(start, "a time from 00:00 to 24:00 is expected, such as 08:00");
    }

    private int? Two(int at) => int.TryParse(text.AsSpan(at, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private string Zone()
    {
        var start = _at;
        var end = text.AsSpan(_at).IndexOfAny(' ', ';');
        _at = end < 0 ? text.Length : _at + end;
        var zone = text[start.._at];
        // CET, EST and their like have no summer time, or mean several places.
        return IsZone(zone) ? zone : throw Wrong(start, $"{Quoted.Text(zone)} is no time zone; write UTC or a place such as Europe/Paris");
    }

    private string Word()
    {
        var start = _at;
        while (_at < text.Length && char.IsAsciiLetter(text[_at])) _at++;
        return text[start.._at];
    }

    private bool Takes(char wanted)
    {
        if (_at == text.Length || text[_at] != wanted) return false;
        _at++;
        return true;
    }

    private void SkipSpaces()
    {
        while (_at < text.Length && text[_at] == ' ') _at++;
    }

    private UserException Wrong(int at, string what) =>
        new(ErrorKind.Input, string.Create(CultureInfo.InvariantCulture, $"{Quoted.Text(text)} is not a window: {what}, at character {at + 1}"), Example);

    private static bool IsZone(string zone) =>
        zone == "UTC" || zone.Contains('/', StringComparison.Ordinal) && zone.Split('/').All(part => part.Length > 0 && !part.AsSpan().ContainsAnyExcept(ZoneCharacters)) && char.IsAsciiLetter(zone[0]);
}
