using System.Text;
using FsCheck.Fluent;
using Meshlift.Adapters.Helm;
using Meshlift.Core;
using Meshlift.Core.Charts;

namespace Meshlift.Tests.Helm;

/// <summary>What is read of others: places, challenges, logins.</summary>
public sealed class ChartTextTests
{
    [Theory]
    [InlineData("oci://ghcr.io/istio/release/charts", "ghcr.io", "istio/release/charts", false), InlineData("oci://ghcr.io/istio/", "ghcr.io", "istio", false)]
    [InlineData("oci://localhost:5000/a", "localhost:5000", "a", true), InlineData("oci://127.0.0.1:5000", "127.0.0.1:5000", "", true), InlineData("oci://[::1]:5000/a__b/c-d", "[::1]:5000", "a__b/c-d", true)]
    public void A_place_in_a_registry_is_a_host_and_a_path(string text, string host, string path, bool isLoopback)
    {
        var place = OciPlace.Parse(text);
        Assert.Equal((host, path, isLoopback), (place.Host, place.Path, place.IsLoopback));
        Assert.Equal($"https://{host}/v2/{(path.Length > 0 ? path + "/" : "")}istiod/manifests/1.30.3", place.Manifest("istiod", "1.30.3", plainHttp: false).AbsoluteUri);
    }

    [Theory]
    [InlineData("oci://", "it names no host"), InlineData("oci://a b/c", "it names no host"), InlineData("oci://host/A", "a registry has no path 'A'"), InlineData("oci://host/a//b", "a registry has no path 'a//b'")]
    [InlineData("oci://host/a:1.30.3", "it holds a tag"), InlineData("oci://host/../x", "a registry has no path"), InlineData("oci://host/a?b=c", "a registry has no path"), InlineData("oci://host:x/a", "it names no host")]
    [InlineData("oci://ann:s3cret@host/a", "it holds a '@'"), InlineData("oci://host/a@sha256:1", "it holds a '@'")]
    public void What_is_no_place_in_a_registry_is_told(string text, string message)
    {
        var error = Assert.Throws<UserException>(() => ChartSource.Parse(text));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("release", typeof(ChartSource.Release)), InlineData("./release", typeof(ChartSource.Folder)), InlineData("vendor/${version}", typeof(ChartSource.Folder)), InlineData("file:///srv/charts", typeof(ChartSource.Folder))]
    [InlineData("https://charts.example.com", typeof(ChartSource.Repository)), InlineData("http://charts.example.com/x", typeof(ChartSource.Repository)), InlineData("oci://ghcr.io/istio", typeof(ChartSource.Registry))]
    public void A_source_is_told_by_its_form(string text, Type form) => Assert.IsType(form, ChartSource.Parse(text));

    [Theory]
    [InlineData("realm=\"https://a/t\",service=\"s\",scope=\"repository:x:pull,push\"", "https://a/t?scope=repository%3Ax%3Apull%2Cpush&service=s")]
    [InlineData("realm=https://a/t?q=1 , Service=s", "https://a/t?q=1&scope=repository%3Aown%3Apull&service=s")]
    [InlineData("scope=\"a\\\"b\", realm=\"https://a/t#x\"", "https://a/t?scope=a%22b")]
    [InlineData("service=s", null), InlineData("realm=\"ftp://a/t\"", null), InlineData("", null), InlineData("realm", null), InlineData("realm=\"https://a/t", "https://a/t?scope=repository%3Aown%3Apull")]
    public void A_challenge_says_where_tokens_are(string parameters, string? address) => Assert.Equal(address, LoginChallenge.Parse(parameters).TokenAddress("own")?.AbsoluteUri);

    [Fact]
    public void No_challenge_crashes() => Prop.ForAll(
        Gen.Elements("realm", "=", "\"", "\\", ",", " ", "https://a", "scope", "x").ListOf().Select(string.Concat).ToArbitrary(),
        text => LoginChallenge.Parse(text) is not null).Holds();

    [Fact]
    public void Logins_are_found_by_host_and_hidden()
    {
        var logins = RegistryLogins.Read("""{"auths": {"https://index.docker.io/v1/": {"auth": "YTpi"}, "Host:5000": {"auth": "Yzpk"}, "empty": {}}, "credHelpers": {"kept": "cloud"}}"""u8.ToArray(), "f");
        Assert.Equal(("YTpi", "Yzpk"), (logins.Find("registry-1.docker.io")?.Basic, logins.Find("host:5000")?.Basic));
        Assert.Null(logins.Find("host"));
        Assert.Null(logins.Find("empty"));
        Assert.Equal((true, false), (logins.IsKeptElsewhere("kept"), logins.IsKeptElsewhere("host")));
        Assert.DoesNotContain("YTpi", logins.Find("docker.io")!.ToString()!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s3cret", "it is no JSON, at line 1"), InlineData("[]", "it is no JSON object"), InlineData("""{"auths": {"h": {"auth": "s3cret!"}}}""", "an 'auth' in it is no base64"), InlineData("""{"auths": {"h": {"auth": "czNjcmV0"}}}""", "an 'auth' in it holds no user and password")]
    public void A_file_that_holds_no_logins_is_told_and_not_shown(string text, string message)
    {
        var error = Assert.Throws<UserException>(() => RegistryLogins.Read(Encoding.UTF8.GetBytes(text), "logins.json"));
        Assert.Equal($"logins.json is no file of logins: {message}", error.Message);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_of_logins_is_the_named_one_else_helms_else_dockers()
    {
        using var home = new TempFolder();
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["HOME"] = home.Path, ["XDG_CONFIG_HOME"] = home[".config"] };
        Assert.Same(RegistryLogins.None, LoginFile.Read(variables));
        var docker = home.Write(".docker/config.json", "{}");
        Assert.Equal(docker, LoginFile.Read(variables).File);
        var helm = home.Write(".config/helm/registry/config.json", "{}");
        Assert.Equal(helm, LoginFile.Read(variables).File);
        variables["HELM_REGISTRY_CONFIG"] = home["none.json"];
        Assert.Contains("none.json", Assert.Throws<UserException>(() => LoginFile.Read(variables)).Message, StringComparison.Ordinal);
        variables["HELM_REGISTRY_CONFIG"] = home.Write("own.json", "{}");
        Assert.Equal(home["own.json"], LoginFile.Read(variables).File);
    }

    [Theory]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", true), InlineData("sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true)]
    [InlineData("sha256:aaaa", false), InlineData("sha512:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false), InlineData("gaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false), InlineData(null, false)]
    public void A_digest_is_a_sha256_with_or_without_its_name(string? text, bool isGood) => Assert.Equal(isGood ? "sha256:" + new string('a', 64) : null, ChartDigest.Normal(text));
}
