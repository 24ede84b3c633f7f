using Meshlift.Core;
using Meshlift.Core.Releases;
using static Meshlift.Tests.Releases.FetcherFixture;

namespace Meshlift.Tests.Releases;

/// <summary>Signatures, with a program in place of cosign that writes down how it was called.</summary>
public sealed class ReleaseSignatureTests : IDisposable
{
    private const string Key = "https://istio.io/misc/istio-key.pub";
    private static readonly byte[] TheProgram = "#!/bin/sh\n"u8.ToArray();
    private static readonly byte[] TheArchive = TestArchive.OfIstioctl(TheProgram);
    private readonly FetcherFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    private string Calls => _fixture.Folder["calls"];

    [Fact]
    public async Task Without_cosign_the_signature_is_not_checked_and_that_is_said()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, TheArchive);
        mirror.Serve(SmallArchive + ".sig", "signature"u8.ToArray());
        var finding = Assert.Single((await FetchAsync(mirror)).Findings);
        Assert.Equal("ML1024", finding.Code);
        Assert.Contains("'cosign' is not on PATH", finding.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(SmallArchive + ".sig", mirror.Requests, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(".sigstore.json", "v2.4.1", "--bundle")]
    [InlineData(".sigstore.json", "v3.0.2", "--bundle")]
    [InlineData(".sig", "v2.4.1", "--signature")]
    [InlineData(".sig", "v3.0.2", "--new-bundle-format=false --signature")]
    public async Task A_right_signature_leaves_nothing_to_say_and_is_checked_once(string ending, string version, string option)
    {
        await CosignAsync(version, exitCode: 0);
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, TheArchive);
        mirror.Serve(SmallArchive + ending, "signature"u8.ToArray());
        var release = await FetchAsync(mirror);
        Assert.Empty(release.Findings);
        var archive = _fixture.Cache($"archives/{release.Digest["sha256:".Length..]}");
        var calls = await File.ReadAllLinesAsync(Calls);
        Assert.Equal($"verify-blob --key {Key} --insecure-ignore-tlog=true {option} {archive}.signature {archive} : signature", calls[^1]);
        Assert.Empty((await FetchAsync(mirror)).Findings);
        Assert.Equal(calls.Length, (await File.ReadAllLinesAsync(Calls)).Length);
    }

    [Fact]
    public async Task A_wrong_signature_is_an_error_and_the_archive_is_not_kept()
    {
        await CosignAsync("v2.4.1", exitCode: 1);
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, TheArchive);
        mirror.Serve(SmallArchive + ".sig", "signature"u8.ToArray());
        var error = await Assert.ThrowsAsync<UserException>(() => FetchAsync(mirror));
        Assert.Equal(ErrorKind.Refused, error.Kind);
        Assert.Contains("invalid signature when validating", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_fixture.Cache("archives")));
    }

    [Fact]
    public async Task Istios_own_archives_have_no_signature_and_nobody_is_asked_twice()
    {
        await CosignAsync("v2.4.1", exitCode: 1);
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, TheArchive);
        Assert.Equal("ML1022", Assert.Single((await FetchAsync(mirror)).Findings).Code);
        var requests = mirror.Requests.Count;
        Assert.Equal("ML1022", Assert.Single((await FetchAsync(mirror)).Findings).Code);
        Assert.Equal(requests, mirror.Requests.Count);
    }

    [Fact]
    public async Task With_an_own_key_a_signature_is_demanded()
    {
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, TheArchive);
        var without = await Assert.ThrowsAsync<UserException>(() => FetchAsync(mirror, "own.pub"));
        Assert.Contains("'cosign' is not on PATH", without.Message, StringComparison.Ordinal);
        await CosignAsync("v2.4.1", exitCode: 0);
        var unsigned = await Assert.ThrowsAsync<UserException>(() => FetchAsync(mirror, "own.pub"));
        Assert.Equal(ErrorKind.Refused, unsigned.Kind);
        Assert.Contains("no signature", unsigned.Message, StringComparison.Ordinal);
        mirror.Serve(SmallArchive + ".sig", "signature"u8.ToArray());
        Assert.Empty((await FetchAsync(mirror, "own.pub")).Findings);
        Assert.Contains("--key own.pub", (await File.ReadAllLinesAsync(Calls))[^1], StringComparison.Ordinal);

        // What one key has verified is not verified for another.
        await FetchAsync(mirror, "other.pub");
        Assert.Contains("--key other.pub", (await File.ReadAllLinesAsync(Calls))[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cosign_that_does_not_answer_is_not_taken_for_a_check()
    {
        await Script.WriteAsync(_fixture.Folder, "bin/cosign", "#!/bin/sh\necho nonsense\n");
        await using var mirror = await Mirror.StartAsync();
        mirror.ServeArchive(SmallArchive, TheArchive);
        Assert.Equal("ML1024", Assert.Single((await FetchAsync(mirror)).Findings).Code);
    }

    // By the real clock: on the fixture's own a program would have no time to write.
    private Task<Adapters.Releases.FetchedRelease> FetchAsync(Mirror mirror, string? key = null) =>
        _fixture.Fetcher(mirror.Releases, TimeProvider.System, key: key).FetchAsync(FetcherFixture.Version, ReleasePart.Istioctl, [], null, default);

    private Task<string> CosignAsync(string version, int exitCode) => Script.WriteAsync(_fixture.Folder, "bin/cosign", $$"""
        #!/bin/sh
        if [ "$1" = version ]; then echo '{"gitVersion":"{{version}}"}'; exit 0; fi
        all="$*"
        while [ $# -gt 2 ]; do shift; done
        echo "$all : $(cat "$1")" >> '{{Calls}}'
        echo 'Error: invalid signature when validating ASN.1 encoded signature' >&2
        exit {{exitCode}}
        """);
}
