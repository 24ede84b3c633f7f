using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Meshlift.Core.Manifests;

/// <summary>Where a resource's file stands below <c>generated/</c>, <c>standby/</c>, <c>common/</c> or <c>active/</c>.</summary>
/// <remarks>
/// <c>kind/name.yaml</c>, or <c>kind/namespace/name.yaml</c>; kinds outside Kubernetes' own groups are followed by their group. The path depends on the
/// identity alone, two identities never share one (not even where file names ignore case; kinds, which differ in more than case, are lowered), and it is
/// legal on Linux, macOS and Windows: whatever is not a-z, 0-9, '-' or '.' is written as %XX. See docs/decisions/0005-generated-paths.md.
/// </remarks>
public static class GeneratedPath
{
    /// <summary>Groups whose kinds are unique among each other, so that the kind alone can name the folder.</summary>
    private static readonly FrozenSet<string> BuiltIn = FrozenSet.Create(
        StringComparer.Ordinal,
        "", "admissionregistration.k8s.io", "apiextensions.k8s.io", "apps", "autoscaling", "batch", "coordination.k8s.io", "discovery.k8s.io",
        "networking.k8s.io", "policy", "rbac.authorization.k8s.io", "scheduling.k8s.io");

    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-.");

    private static readonly FrozenSet<string> ReservedOnWindows = FrozenSet.Create(
        StringComparer.Ordinal,
        ["con", "prn", "aux", "nul", .. Enumerable.Range(0, 10).SelectMany(i => new[] { $"com{i}", $"lpt{i}" })]);

    /// <summary>True for a group of Kubernetes itself, whose kinds need no group to be told apart.</summary>
    public static bool IsBuiltIn(string group) => BuiltIn.Contains(group);

    /// <summary>True for a name that Windows keeps for a device, with any ending: <c>nul</c>, <c>con.yaml</c>.</summary>
    public static bool IsReservedOnWindows(string name) => ReservedOnWindows.Contains(name.Split('.')[0].ToLowerInvariant());

    /// <summary>The relative path, with '/' between its parts.</summary>
    public static string Of(ResourceIdentity identity)
    {
        var kind = IsBuiltIn(identity.Group) ? identity.Kind.ToLowerInvariant() : $"{identity.Kind.ToLowerInvariant()}.{identity.Group}";
        var file = Encode(identity.Name) + ".yaml";
        // No namespace holds a dot; a hostile one must not become a folder that is named like a file.
        return identity.Namespace.Length == 0 ? $"{Encode(kind)}/{file}" : $"{Encode(kind)}/{Encode(identity.Namespace).Replace(".", "%2e", StringComparison.Ordinal)}/{file}";
    }

    private static string Encode(string part)
    {
        // 255 bytes is the limit of a file name on every common file system; ".yaml" and the digest must still fit.
        const int longest = 200;
        var reserved = IsReservedOnWindows(part);
        if (part.Length is > 0 and <= longest && part[0] != '.' && !reserved && !part.AsSpan().ContainsAnyExcept(Plain)) return part;
        var encoded = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(part))
        {
            var isPlain = Plain.Contains((char)b) && !(encoded.Length == 0 && (b == (byte)'.' || reserved));
            _ = isPlain ? encoded.Append((char)b) : encoded.Append(CultureInfo.InvariantCulture, $"%{b:x2}");
        }
        if (encoded.Length == 0) return "%";
        if (encoded.Length <= longest) return encoded.ToString();
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(part)))[..32];
        return $"{encoded.ToString(0, 150)}%{digest}";
    }
}
