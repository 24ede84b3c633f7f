using System.CommandLine;
using System.CommandLine.Parsing;
using Meshlift.Core;
using Meshlift.Core.Configuration;

namespace Meshlift.CommandLine.Usage;

/// <summary>Arguments that make no sense, as errors like all others: what is wrong and what to do, on standard error.</summary>
internal static class UsageErrors
{
    /// <summary>The error of a command line that could not be understood.</summary>
    /// <param name="parse">The command line; it has errors.</param>
    public static UserException Of(ParseResult parse)
    {
        var result = parse.CommandResult;
        // What follows a command that there is not was meant for that one.
        var unmatched = result.Command.Subcommands.Count == 0 ? parse.UnmatchedTokens : parse.UnmatchedTokens.TakeWhile(token => token.StartsWith('-')).Concat(parse.UnmatchedTokens.SkipWhile(token => token.StartsWith('-')).Take(1));
        var lines = unmatched.Select(token => Unmatched(token, result.Command))
            .Concat(parse.Errors.Where(error => !IsAboutUnmatched(error, parse)).Select(error => error.Message)).Distinct(StringComparer.Ordinal).ToList();
        if (lines.Count == 0) lines.Add("a command is missing");
        return new UserException(ErrorKind.Input, string.Join('\n', lines), $"see '{PathOf(result)} --help'");
    }

    /// <summary>Makes a command refuse a misspelt option, which the library takes for the argument.</summary>
    public static void RefuseOptions<T>(this Argument<T> argument, Command command) => argument.Validators.Add(result =>
    {
        if (result.Tokens.FirstOrDefault(token => token.Value is ['-', ..]) is { } token) result.AddError(UnknownOption(token.Value, command));
    });

    /// <summary>What to say of an option that a command does not have.</summary>
    public static string UnknownOption(string token, Command command)
    {
        var name = token.Split('=', 2)[0];
        var known = command.Options.Where(option => !option.Hidden).SelectMany(option => option.Aliases.Append(option.Name)).Where(alias => alias.StartsWith("--", StringComparison.Ordinal));
        return $"there is no option '{name}'{Hint(name, known)}";
    }

    /// <summary>An option whose values are among the given ones.</summary>
    public static void AcceptOnly<T>(this Option<T> option, params string[] known)
    {
        option.CompletionSources.Add(known);
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !known.Contains(token.Value, StringComparer.Ordinal)))
                result.AddError($"{option.Name} cannot be '{token.Value}'; it is one of {string.Join(", ", known)}");
        });
    }

    private static string Unmatched(string token, Command command)
    {
        if (token.StartsWith('-')) return UnknownOption(token, command);
        return command.Subcommands.Count > 0
            ? $"there is no command '{token}'{Hint(token, command.Subcommands.Select(one => one.Name))}"
            : $"'{token}' is one argument too many";
    }

    // The library says these in words of its own, without a suggestion.
    private static bool IsAboutUnmatched(ParseError error, ParseResult parse) =>
        error.Message == "Required command was not provided." || parse.UnmatchedTokens.Any(token => error.Message == $"Unrecognized command or argument '{token}'.");

    private static string Hint(string word, IEnumerable<string> known) =>
        Spelling.Suggest(word, known) is { } near ? $"; did you mean {string.Join(" or ", near.Select(name => $"'{name}'"))}?" : "";

    private static string PathOf(CommandResult result) => result.Parent is CommandResult above ? $"{PathOf(above)} {result.Command.Name}" : "meshlift";
}
