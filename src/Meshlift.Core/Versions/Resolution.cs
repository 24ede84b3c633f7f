using System.Collections.Immutable;
using Meshlift.Core.Releases;

namespace Meshlift.Core.Versions;

/// <summary>The step <c>resolve</c>: a range becomes one version.</summary>
public static class Resolution
{
    /// <summary>The newest published version of a range; the version itself when the range is exactly one.</summary>
    /// <param name="range">What is asked for.</param>
    /// <param name="isFromConfiguration">True when the range is that of <c>spec.istio.versions</c>.</param>
    /// <param name="published">What there is; null when that cannot be listed, or was not for an exact version.</param>
    /// <param name="never">What <c>spec.istio.never</c> forbids; never the newest of a range.</param>
    /// <param name="source">Where it would be, for messages.</param>
    /// <exception cref="UserException">There is no such version, it must not be installed, or only an exact one can be resolved.</exception>
    public static IstioVersion Resolve(VersionRange range, bool isFromConfiguration, ImmutableArray<IstioVersion>? published, ImmutableArray<IstioVersion> never, string source)
    {
        var asked = isFromConfiguration ? $"the range '{range}' of spec.istio.versions" : $"'{range}'";
        if (IstioVersion.TryParse(range.Text, out var exact))
        {
            UnusableReleases.Refuse(exact);
            if (never.Contains(exact))
                throw new UserException(ErrorKind.Refused, $"Istio {exact} must not be installed: spec.istio.never names it", "take another version; or remove it from spec.istio.never, when the reason for it is gone");
            if (published is null || !published.Value.Contains(exact)) return published is null ? exact : throw None(asked, published.Value, source);
        }
        if (published is null)
            throw new UserException(ErrorKind.Input, $"{asked} is not one version, and what {source} holds cannot be listed", "name an exact version, for example 'meshlift render 1.30.3'");
        return range.Newest([.. published.Value.Where(version => !never.Contains(version) && UnusableReleases.Bulletin(version) is null)]) ?? throw None(asked, published.Value, source);
    }

    private static UserException None(string asked, ImmutableArray<IstioVersion> published, string source)
    {
        var shown = published.IsEmpty ? "there is none at all" : $"there is {string.Join(", ", published.TakeLast(8))}";
        return new UserException(ErrorKind.Input, $"no version in {source} matches {asked}; {shown}", "render that version to this place, or ask for one that is there; pre-releases count only when they are asked for");
    }
}
