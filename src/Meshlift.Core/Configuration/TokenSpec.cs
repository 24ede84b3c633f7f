using System.Collections.Immutable;
using Meshlift.Core.Configuration.Binding;
using Meshlift.Yaml;

namespace Meshlift.Core.Configuration;

/// <summary>Where the token of a forge comes from. The token itself never stands in the file, which stands in Git.</summary>
public abstract record TokenSpec
{
    private TokenSpec() { }

    /// <summary>An environment variable.</summary>
    /// <param name="Name">Its name.</param>
    public sealed record Variable(string Name) : TokenSpec;

    /// <summary>A file, read anew when the forge does not take its token.</summary>
    /// <param name="Path">Absolute, or from the folder of the configuration file.</param>
    public sealed record TokenFile(string Path) : TokenSpec;

    /// <summary>A program that prints the token, and nothing else, on its standard output.</summary>
    /// <param name="Arguments">The program and its arguments; no shell reads them. At least one.</param>
    public sealed record Command(ImmutableArray<string> Arguments) : TokenSpec;

    /// <summary>An installation of a GitHub App, whose key makes tokens of an hour.</summary>
    /// <param name="Id">The App's id, or its client id.</param>
    /// <param name="Installation">The number of the installation.</param>
    /// <param name="KeyFile">The private key in PEM; absolute, or from the folder of the configuration file.</param>
    public sealed record App(string Id, int Installation, string KeyFile) : TokenSpec;

    internal static Shape<TokenSpec> Shape { get; } = new Unshown(Shapes.Mapping<TokenSpec>("token", "Where a token comes from. The token itself never stands in this file.", fields =>
    {
        var variable = fields.Optional("environment", VariableName, "the environment variable that holds it");
        var file = fields.Optional("file", FileShape, "the file that holds it, absolute or from the folder of this file");
        var command = fields.Optional("command", Shapes.OneOrMany(Shapes.NonEmptyText), "the program, with its arguments, that prints it; no shell reads them");
        var app = fields.Optional("app", AppShape, "an installation of a GitHub App, which makes tokens of an hour");
        fields.ExactlyOneOf("environment", "file", "command", "app");
        return variable is not null ? new Variable(variable) : file is not null ? new TokenFile(file) : app is not null ? app : new Command(command.IsDefault ? [] : command);
    }));

    private static Shape<App> AppShape => Shapes.Mapping("GitHub App", "An installation of a GitHub App.", fields => new App(
        fields.Required("id", Shapes.NonEmptyText, "the App's client id, or its id in quotes"),
        fields.Required("installation", Shapes.Integer(1), "the number of the installation: the last part of its page's address"),
        fields.Required("keyFile", FileShape, "the App's private key (PEM), absolute or from the folder of this file")));

    private static TextShape<string> VariableName => new("variable name", text =>
        // Without lower-case letters, because most tokens would otherwise be names of variables, and end up in messages.
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_')
            ? text
            : throw new UserException(ErrorKind.Input, "the text (not shown, it may be a token) is not the name of an environment variable", "write for example GITHUB_TOKEN"),
        "^[A-Z_][A-Z0-9_]*$", "Capital letters, digits and `_`, not beginning with a digit.", ["GITHUB_TOKEN"]);

    private static TextShape<string> FileShape => new("path of a file", text => text.AsSpan().Trim().Length == text.Length && text.Length > 0 && !text.Contains('\0', StringComparison.Ordinal)
        ? text
        : throw new UserException(ErrorKind.Input, "the text is not a path", "write for example /run/secrets/forge-token"), null, "A path, absolute or from the folder of this file.", ["/run/secrets/forge-token"]);

    /// <summary>Does not show what stands in its place: who misunderstands the key writes the token there.</summary>
    private sealed class Unshown(Shape<TokenSpec> inner) : Shape<TokenSpec>
    {
        public override TokenSpec Read(YamlNode node, string path, Reading reading)
        {
            if (node is YamlMapping) return inner.Read(node, path, reading);
            reading.Report(node, $"{path} says where the token is, and not the token itself (not shown); write for example token: {{ environment: GITHUB_TOKEN }}, and if this is a token, revoke it");
            return default!;
        }

        public override Description Describe() => inner.Describe();
    }
}
