using System.Globalization;

namespace Meshlift.Core.Configuration;

/// <summary>A release of Kubernetes.</summary>
/// <param name="Minor">The second number of its version; the first is 1.</param>
/// <param name="Patch">The third.</param>
public sealed record KubernetesRelease(int Minor, int Patch)
{
    /// <summary>Parses <c>1.33</c>, which is 1.33.0 since a patch changes no type, <c>1.33.2</c>, or either with a <c>v</c>.</summary>
    /// <exception cref="UserException">It is no such version.</exception>
    public static KubernetesRelease Parse(string text)
    {
        var parts = text.StartsWith('v') ? text[1..].Split('.') : text.Split('.');
        return parts is ["1", var minor, ..] && parts.Length <= 3 && Number(minor) is { } second && (parts.Length == 2 ? 0 : Number(parts[2])) is { } third
            ? new KubernetesRelease(second, third)
            : throw new UserException(ErrorKind.Input, $"{Quoted.Text(text)} is not a release of Kubernetes", "write for example 1.33 or 1.33.2");
    }

    /// <summary><c>v1.33.2</c>, as Kubernetes names its releases.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"v1.{Minor}.{Patch}");

    private static int? Number(string text) => text.Length is > 0 and <= 4 && text.All(char.IsAsciiDigit) ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
