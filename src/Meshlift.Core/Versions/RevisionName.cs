using Meshlift.Core.Configuration;

namespace Meshlift.Core.Versions;

/// <summary>The name of an Istio control-plane revision, as written in the <c>istio.io/rev</c> label.</summary>
/// <remarks>Always a DNS label (RFC 1123): at most 63 of a-z, 0-9 and '-', neither starting nor ending with '-'.</remarks>
public sealed record RevisionName
{
    private RevisionName(string value) => Value = value;

    /// <summary>A control plane without a revision: Istio's charts write the label value <c>default</c> and put no suffix behind names.</summary>
    public static RevisionName Default { get; } = new("default");

    /// <summary>The label value, for example <c>1-28-3</c>.</summary>
    public string Value { get; }

    /// <summary>True for <see cref="Default"/>.</summary>
    public bool IsDefault => Value == Default.Value;

    /// <summary>Parses a label value.</summary>
    /// <exception cref="UserException">The text is not a DNS label.</exception>
    public static RevisionName Parse(string text) => KubernetesSyntax.IsDnsLabel(text)
        ? new RevisionName(text)
        : throw new UserException(ErrorKind.Input, $"{Quoted.Text(text)} is not a revision name",
            "use at most 63 of a-z, 0-9 and '-', beginning and ending with a letter or digit, for example 1-28-3");

    /// <summary>The label value.</summary>
    public override string ToString() => Value;
}
