using System.Collections.Immutable;
using Meshlift.Core.Configuration.Binding;
using Meshlift.Yaml;

namespace Meshlift.Core.Configuration;

/// <summary>How the owner of a namespace is found. The set is closed.</summary>
public abstract record Owners
{
    private Owners() { }

    /// <summary>By the <c>CODEOWNERS</c> file of the repository that defines the namespace.</summary>
    public sealed record CodeOwners : Owners;

    /// <summary>By an annotation of the namespace, which holds one owner or several, separated by commas.</summary>
    /// <param name="Key">Its key; <c>spec.ownerAnnotation</c>.</param>
    public sealed record Annotation(string Key) : Owners
    {
        internal const string DefaultKey = "meshlift.dev/owner";
    }

    /// <summary>By a list in the configuration.</summary>
    /// <param name="Rules">In the order of the file: the first whose pattern matches counts. At least one.</param>
    public sealed record Map(ImmutableArray<OwnerRule> Rules) : Owners;

    internal static Owners Read(Fields fields)
    {
        var owners = fields.Optional("owners", Shape, "codeowners", "how the owner of a namespace is found");
        var key = fields.Optional("ownerAnnotation", Shapes.LabelKey, Annotation.DefaultKey, "with `owners: annotation`, the annotation of a namespace that names its owners, separated by commas");
        return owners is Annotation ? new Annotation(key) : owners;
    }

    private static Shape<Owners> Shape { get; } = new EitherShape<Owners>(
        node => node is YamlMapping,
        Shapes.Choice<Owners>("owners",
            new("codeowners", new CodeOwners(), "by the `CODEOWNERS` file of the repository that defines the namespace"),
            new("annotation", new Annotation(Annotation.DefaultKey), "by an annotation of the namespace")),
        new MappedShape<ImmutableArray<KeyValuePair<Glob, ImmutableArray<string>>>, Owners>(
            new MapShape<Glob, ImmutableArray<string>>(
                new TextShape<Glob>("namespace pattern", Glob.Parse, Glob.Pattern, "A namespace, with `*` for any characters. The first one that matches counts.", ["checkout-*"]),
                Shapes.OneOrMany(new TextShape<string>("owner", ParseOwner, @"^\S+$", "A user or a team, as the forge writes it.", ["@acme/checkout"]))),
            rules => new Map([.. rules.Select(rule => new OwnerRule(rule.Key, rule.Value))])));

    private static string ParseOwner(string text) => text.Length > 0 && !text.Any(char.IsWhiteSpace)
        ? text
        : throw new UserException(ErrorKind.Input, $"{Quoted.Text(text)} is not a user or a team",
            "write one name without spaces, for example @acme/checkout; several as a list");
}

/// <summary>Who owns some namespaces.</summary>
/// <param name="Namespaces">Which namespaces.</param>
/// <param name="Names">Users or teams, as the forge writes them; at least one.</param>
public sealed record OwnerRule(Glob Namespaces, ImmutableArray<string> Names);
