using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Meshlift.Core.Configuration;

namespace Meshlift.Core.Versions;

/// <summary>How the revision of a version is named: <c>{major}-{minor}-{patch}</c>, <c>istio{major}{minor}</c>, or a constant such as <c>default</c>.</summary>
/// <remarks>
/// Two versions never share a name by accident: a template that follows the version gets the pre-release appended (<c>1-31-0-rc-0</c>) unless it says with
/// <c>{prerelease}</c> where that goes. Of a release, <c>{prerelease}</c> is empty and takes the '-' before it along. A constant stays what it is; that is
/// what a control plane that is upgraded in place needs.
/// </remarks>
public sealed class RevisionTemplate : IEquatable<RevisionTemplate>
{
    private const string PrereleaseName = "prerelease";
    private static readonly ImmutableArray<string> Known = ["major", "minor", "patch", PrereleaseName];

    // Literal texts stand at even places, placeholder names at odd ones.
    private readonly ImmutableArray<string> _parts;

    private RevisionTemplate(string text, ImmutableArray<string> parts) => (Text, _parts) = (text, parts);

    /// <summary>The template as it was written.</summary>
    public string Text { get; }

    /// <summary>True when every version gets the same name.</summary>
    public bool IsConstant => _parts.Length == 1;

    /// <summary>Parses a template.</summary>
    /// <exception cref="UserException">A placeholder is unknown or not closed, or the names would be no revision names.</exception>
    public static RevisionTemplate Parse(string text)
    {
        var parts = ImmutableArray.CreateBuilder<string>();
        var at = 0;
        while (text.IndexOf('{', at) is var open and >= 0)
        {
            var close = text.IndexOf('}', open);
            if (close < 0) throw Wrong(text, $"'{{' at character {Place(open)} is not closed", "write for example {major}-{minor}-{patch}");
            var name = text[(open + 1)..close];
            if (!Known.Contains(name, StringComparer.Ordinal))
                throw Wrong(text, $"unknown placeholder {Quoted.Text($"{{{name}}}")} at character {Place(open)}", Spelling.Suggest(name, Known) is { } near ? $"did you mean {{{near[0]}}}?" : "known are {major}, {minor}, {patch} and {prerelease}");
            parts.Add(text[at..open]);
            parts.Add(name);
            at = close + 1;
        }
        parts.Add(text[at..]);
        var template = new RevisionTemplate(text, parts.DrainToImmutable());
        foreach (var sample in (ReadOnlySpan<string>)["1.30.3", "1.31.0-rc.0"])
        {
            var name = template.Fill(IstioVersion.Parse(sample));
            if (!KubernetesSyntax.IsDnsLabel(name))
                throw Wrong(text, template.IsConstant ? "it is no DNS label" : $"Istio {sample} would become {Quoted.Text(name)}, which is no DNS label",
                    "use a-z, 0-9 and '-' around the placeholders, beginning and ending with a letter or digit");
        }
        return template;
    }

    /// <summary>The name of a version's revision.</summary>
    /// <exception cref="UserException">The pre-release is too long for a revision name, or has characters that one cannot hold.</exception>
    public RevisionName For(IstioVersion version) => RevisionName.Parse(Fill(version));

    private string Fill(IstioVersion version)
    {
        // Labels know neither capitals nor dots.
        var prerelease = version.Prerelease.ToLowerInvariant().Replace('.', '-');
        var name = new StringBuilder();
        var hasPrerelease = false;
        for (var i = 0; i < _parts.Length; i++)
        {
            if (i % 2 == 0)
            {
                name.Append(_parts[i]);
                continue;
            }
            hasPrerelease |= _parts[i] == PrereleaseName;
            if (_parts[i] != PrereleaseName || prerelease.Length > 0) name.Append(Value(_parts[i], version, prerelease));
            else if (name is { Length: > 0 } && name[^1] == '-') name.Length--;
        }
        if (!IsConstant && !hasPrerelease && prerelease.Length > 0) name.Append('-').Append(prerelease);
        return name.ToString();
    }

    private static string Value(string placeholder, IstioVersion version, string prerelease) => placeholder switch
    {
        "major" => version.Major.ToString(CultureInfo.InvariantCulture),
        "minor" => version.Minor.ToString(CultureInfo.InvariantCulture),
        "patch" => version.Patch.ToString(CultureInfo.InvariantCulture),
        _ => prerelease,
    };

    private static string Place(int at) => (at + 1).ToString(CultureInfo.InvariantCulture);

    private static UserException Wrong(string text, string what, string remedy) => new(ErrorKind.Input, $"{Quoted.Text(text)} is not a revision template: {what}", remedy);

    /// <summary>True when both are written alike.</summary>
    public bool Equals(RevisionTemplate? other) => Text == other?.Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RevisionTemplate);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    /// <summary>The template as it was written.</summary>
    public override string ToString() => Text;
}
