using System.CommandLine;
using Meshlift.CommandLine.Usage;

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
}
