using System.Runtime.InteropServices;
using System.Text;
using FsCheck.Fluent;
using Meshlift.Core;
using Meshlift.Core.Releases;
using Meshlift.Core.Versions;

namespace Meshlift.Tests.Releases;

/// <summary>Names, keys, hosts and digests of releases.</summary>
public sealed class ReleaseFactsTests
{
    private const string File = "istioctl-1.30.3-linux-amd64.tar.gz";
    private static readonly string Digest = new('a', 64);

    [Theory]
    [InlineData("Linux", Architecture.X64, "linux-amd64")]
    [InlineData("Linux", Architecture.Arm64, "linux-arm64")]
    [InlineData("Linux", Architecture.Arm, "linux-armv7")]
    [InlineData("OSX", Architecture.X64, "osx-amd64")]
    [InlineData("OSX", Architecture.Arm64, "osx-arm64")]
    [InlineData("Windows", Architecture.X64, "win-amd64")]
    [InlineData("Windows", Architecture.Arm64, "win-amd64")]
    public void A_computer_has_a_platform(string system, Architecture processor, string expected) =>
        Assert.Equal(expected, ReleasePlatform.Of(OSPlatform.Create(system), processor).ToString());

    [Theory]
    [InlineData("Linux", Architecture.S390x)]
    [InlineData("OSX", Architecture.Arm)]
    [InlineData("FreeBSD", Architecture.X64)]
    public void A_computer_that_Istio_builds_nothing_for_is_told_so(string system, Architecture processor) =>
        Assert.Equal(ErrorKind.Environment, Assert.Throws<UserException>(() => ReleasePlatform.Of(OSPlatform.Create(system), processor)).Kind);

    [Theory]
    [InlineData("Linux", Architecture.Arm64, ReleasePart.Istioctl, "istioctl-1.30.3-linux-arm64.tar.gz istio-1.30.3-linux-arm64.tar.gz")]
    [InlineData("Linux", Architecture.X64, ReleasePart.Charts, "istio-1.30.3-linux-amd64.tar.gz")]
    [InlineData("OSX", Architecture.Arm64, ReleasePart.Charts, "istio-1.30.3-osx-arm64.tar.gz")]
    [InlineData("OSX", Architecture.X64, ReleasePart.Charts, "istio-1.30.3-osx-amd64.tar.gz istio-1.30.3-osx.tar.gz")]
    [InlineData("Windows", Architecture.X64, ReleasePart.Istioctl, "istioctl-1.30.3-win-amd64.zip istioctl-1.30.3-win.zip istio-1.30.3-win-amd64.zip istio-1.30.3-win.zip")]
    public void Archives_are_named_as_Istio_names_them(string system, Architecture processor, ReleasePart part, string expected) => Assert.Equal(
        expected, string.Join(' ', ReleaseArchive.Holding(part, IstioVersion.Parse("1.30.3"), ReleasePlatform.Of(OSPlatform.Create(system), processor)).Select(archive => archive.FileName)));

    [Theory]
    [InlineData("https://github.com/istio/istio/releases/download", "https://github.com/istio/istio/releases/download/1.30.3/x")]
    [InlineData("https://mirror/istio/", "https://mirror/istio/1.30.3/x")]
    [InlineData("https://mirror", "https://mirror/1.30.3/x")]
    [InlineData("https://mirror/istio?sig=1", "https://mirror/istio/1.30.3/x?sig=1")]
    [InlineData("file:///srv/istio", "file:///srv/istio/1.30.3/x")]
    [InlineData("file:///srv/my%20mirror", "file:///srv/my%20mirror/1.30.3/x")]
    public void A_file_lies_in_the_folder_of_its_version(string releases, string expected)
    {
        var archive = new ReleaseArchive(IstioVersion.Parse("1.30.3"), FetcherFixture.Linux, "x");
        Assert.Equal(expected, archive.Address(new Uri(releases), "x").AbsoluteUri);
    }

    [Theory]
    [InlineData("1.17.8", null)]
    [InlineData("1.18.0", "https://istio.io/misc/istio-key.pub")]
    [InlineData("1.30.3", "https://istio.io/misc/istio-key.pub")]
    [InlineData("1.31.0-rc.0", "https://istio.io/misc/istio-key.pub")]
    [InlineData("1.31.0", "https://istio.io/misc/istio-key.pub")]
    [InlineData("1.31.1", "https://istio.io/misc/istio-key-v2.pub")]
    [InlineData("1.32.0-alpha.0", "https://istio.io/misc/istio-key-v2.pub")]
    public void The_key_follows_the_version(string version, string? key) => Assert.Equal(key, SigningKeys.For(IstioVersion.Parse(version)));

    [Theory]
    [InlineData("1.13.6")]
    [InlineData("1.14.2")]
    public void Releases_that_must_not_be_installed_are_refused_with_the_bulletin(string version)
    {
        var error = Assert.Throws<UserException>(() => UnusableReleases.Refuse(IstioVersion.Parse(version)));
        Assert.Equal(ErrorKind.Refused, error.Kind);
        Assert.Contains("ISTIO-SECURITY-2022-006", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.13.5")]
    [InlineData("1.14.3")]
    [InlineData("1.14.2-rc.0")]
    public void Their_neighbours_are_not(string version) => UnusableReleases.Refuse(IstioVersion.Parse(version));

    [Theory]
    [InlineData("https://istio-release.storage.googleapis.com/releases", "https://blob.istio.io/istio-release/releases")]
    [InlineData("https://istio-release.storage.googleapis.com/charts", "https://blob.istio.io/istio-release/charts")]
    [InlineData("https://Storage.googleapis.com/istio-release/releases", "https://blob.istio.io/istio-release/releases")]
    [InlineData("gcr.io/istio-release/pilot:1.30.3", "docker.io/istio")]
    [InlineData("oci://gcr.io/istio-release/charts/istiod", "oci://ghcr.io/istio/release/charts")]
    [InlineData("registry.istio.io/release/proxyv2", "docker.io/istio")]
    [InlineData("registry.istio.io", "docker.io/istio")]
    [InlineData("https://blob.istio.io/istio-release/releases", null)]
    [InlineData("https://github.com/istio/istio/releases/download", null)]
    [InlineData("gcr.io/istio-release-mirror", null)]
    [InlineData("https://mirror.example.com/gcr.io/istio-release", null)]
    [InlineData("docker.io/istio/pilot", null)]
    public void A_retired_place_is_known_with_its_replacement(string address, string? replacement) => Assert.Equal(replacement, RetiredHosts.Find(address)?.Replacement);

    [Theory]
    [InlineData("{0} {1}\n")] // as Istio's own build writes it
    [InlineData("{0}  {1}\n")]
    [InlineData("{0} *{1}\n")]
    [InlineData("{0}  {1}\r\n")]
    [InlineData("{0}  {1}")]
    public void A_digest_file_names_its_archive(string form) =>
        Assert.Equal("sha256:" + Digest, DigestFile.Parse(Text(form, Digest.ToUpperInvariant(), File), File, "x.sha256"));

    [Theory]
    [InlineData("")]
    [InlineData("{0}")]
    [InlineData("{0}\n")]
    [InlineData("{0} ")]
    [InlineData("{0}   {1}\n")]
    [InlineData("{0}\t{1}\n")]
    [InlineData(" {0}  {1}\n")]
    [InlineData("{0}  other.tar.gz\n")]
    [InlineData("{0}  ./{1}\n")]
    [InlineData("{0}  {1} \n")]
    [InlineData("{0}a  {1}\n")]
    [InlineData("sha256:{0}  {1}\n")]
    [InlineData("{0}  {1}\n{0}  other\n")]
    [InlineData("SHA256 ({1}) = {0}\n")]
    [InlineData("g{0}  {1}\n")]
    [InlineData("é{0}  {1}\n")]
    [InlineData("<html>{0}  {1}</html>")]
    public void Anything_else_is_no_digest_file(string form)
    {
        var error = Assert.Throws<UserException>(() => DigestFile.Parse(Text(form, Digest, File), File, "x.sha256"));
        Assert.StartsWith("x.sha256 ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_stands_in_a_digest_file_the_answer_is_a_digest_or_an_error_for_people() => Prop.ForAll(
        Gen.Elements(Digest, File, " ", "  ", " *", "\n", "\r\n", "\0", "ü", "<").ListOf().Select(string.Concat).ToArbitrary(),
        text =>
        {
            try
            {
                return DigestFile.Parse(Encoding.UTF8.GetBytes(text), File, "x") == "sha256:" + Digest && text.TrimEnd('\r', '\n').EndsWith(File, StringComparison.Ordinal);
            }
            catch (UserException)
            {
                return true;
            }
        }).Holds();

    private static byte[] Text(string form, string digest, string file) =>
        Encoding.UTF8.GetBytes(form.Replace("{0}", digest, StringComparison.Ordinal).Replace("{1}", file, StringComparison.Ordinal));
}
