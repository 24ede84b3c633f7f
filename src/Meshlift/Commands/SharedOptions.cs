using System.CommandLine;
using System.Globalization;
using Meshlift.CommandLine.Usage;
using Meshlift.Core;

namespace Meshlift.CommandLine.Commands;

/// <summary>How a command prints its result.</summary>
internal enum OutputFormat
{
    /// <summary>For people.</summary>
    Text,
    /// <summary>For programs; stable, with a schema in <c>schemas/</c>.</summary>
    Json,
}

/// <summary>Options that several commands have, with the same name and meaning.</summary>
internal static class SharedOptions
{
    public static Option<string> Config() => new("--config", "-c") { Description = "The configuration.", HelpName = "FILE", DefaultValueFactory = _ => "meshlift.yaml" };

    public static Option<OutputFormat> Output()
    {
        var option = new Option<OutputFormat>("--output", "-o") { Description = "text, the default, or json.", HelpName = "FORMAT", CustomParser = result => result.Tokens is [{ Value: "json" }] ? OutputFormat.Json : OutputFormat.Text };
        option.AcceptOnly("text", "json");
        return option;
    }

    /// <summary>The day for which support and bulletins are told.</summary>
    public static Option<string?> On() => new("--on") { Description = "What is said of versions is said as of another day. Default: today.", HelpName = "YYYY-MM-DD" };

    /// <summary>The day that was given; null for today.</summary>
    /// <exception cref="UserException">It is no day.</exception>
    public static DateOnly? DayOf(string? text) => text is null ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day
        : throw new UserException(ErrorKind.Input, $"--on {text} is not a day", "write for example --on 2027-03-01");
}
