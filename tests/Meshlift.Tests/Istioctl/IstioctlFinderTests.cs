using System.Runtime.InteropServices;
using Meshlift.Adapters.Istioctl;
using Meshlift.Adapters.Releases;
using Meshlift.Core;
using Meshlift.Core.Releases;
using Meshlift.Core.Versions;
using Meshlift.Tests.Releases;

namespace Meshlift.Tests.Istioctl;

public sealed class IstioctlFinderTests : IDisposable
{
    private static readonly IstioVersion Version = IstioVersion.Parse("1.30.3");
    private readonly TempFolder _folder = new();
    private readonly HttpClient _http = ReleaseWeb.Client();

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_given_path_is_used_with_the_version_filled_in()
    {
        await RecordingIstioctl.WriteAsync(_folder, "repo/tools/istioctl-1.30.3", "1.30.3");
        await RecordingIstioctl.WriteAsync(_folder, "bin/istioctl", "1.30.3");
        var found = await Finder(path: "tools/istioctl-${version}").FindAsync(Version, [], null, default);
        Assert.Equal(("tools/istioctl-1.30.3", _folder["repo/tools/istioctl-1.30.3"]), (found.Origin, found.Program.Name));
        Assert.Null(found.Digest);
    }

    [Fact]
    public async Task A_given_path_of_another_version_is_refused()
    {
        await RecordingIstioctl.WriteAsync(_folder, "repo/tools/istioctl", "1.29.6");
        var error = await Assert.ThrowsAsync<UserException>(() => Finder(path: "tools/istioctl").FindAsync(Version, [], null, default));
        Assert.Equal(ErrorKind.Input, error.Kind);
        Assert.Contains("tools/istioctl is istioctl 1.29.6, and only 1.30.3 renders Istio 1.30.3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_given_path_that_is_not_there_is_refused()
    {
        var error = await Assert.ThrowsAsync<UserException>(() => Finder(path: "tools/istioctl").FindAsync(Version, [], null, default));
        Assert.Contains("there is no istioctl at tools/istioctl", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_one_on_path_is_used_when_it_is_exactly_that_version()
    {
        await RecordingIstioctl.WriteAsync(_folder, "bin/istioctl", "1.30.3");
        var found = await Finder().FindAsync(Version, [], null, default);
        Assert.Equal(("PATH", "istioctl"), (found.Origin, found.Program.Name));
    }

    [Theory]
    [InlineData("1.29.6")]
    [InlineData("1.30.3-distribution-v0")]
    [InlineData("1.30.3-rc.0")]
    [InlineData("unknown")]
    [InlineData("")]
    public async Task Another_version_on_path_is_left_alone_and_the_right_one_is_fetched(string version)
    {
        await RecordingIstioctl.WriteAsync(_folder, "bin/istioctl", version);
        await ServeAsync("1.30.3");
        var found = await Finder().FindAsync(Version, [], null, default);
        Assert.Equal($"file://{_folder["releases"]}/1.30.3/istioctl-1.30.3-linux-amd64.tar.gz", found.Origin);
        Assert.StartsWith("sha256:", found.Digest, StringComparison.Ordinal);
        Assert.Equal("ML1024", Assert.Single(found.Findings).Code);
    }

    [Theory]
    [InlineData("#!/bin/sh\nexit 3\n")]
    [InlineData("#!/bin/sh\necho 'no running Istio pods'\n")]
    [InlineData("#!/bin/sh\necho '{\"clientVersion\": 5}'\n")]
    [InlineData("#!/no/such/shell\n")]
    public async Task One_on_path_that_does_not_answer_is_left_alone(string text)
    {
        await Script.WriteAsync(_folder, "bin/istioctl", text);
        await ServeAsync("1.30.3");
        Assert.NotNull((await Finder().FindAsync(Version, [], null, default)).Digest);
    }

    [Fact]
    public async Task Where_it_cannot_be_fetched_what_is_on_path_is_told()
    {
        await RecordingIstioctl.WriteAsync(_folder, "bin/istioctl", "1.29.6");
        var error = await Assert.ThrowsAsync<UserException>(() => Finder().FindAsync(Version, [], null, default));
        Assert.Equal(ErrorKind.Environment, error.Kind);
        Assert.EndsWith("(the istioctl on PATH is 1.29.6)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mirror_that_holds_another_version_under_the_name_is_refused()
    {
        await ServeAsync("1.30.2");
        var error = await Assert.ThrowsAsync<UserException>(() => Finder().FindAsync(Version, [], null, default));
        Assert.Equal(ErrorKind.Refused, error.Kind);
        Assert.Contains("holds istioctl 1.30.2, not 1.30.3", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("tools/istioctl")]
    public async Task A_version_that_must_not_be_installed_is_refused_wherever_it_would_be_from(string? path)
    {
        await RecordingIstioctl.WriteAsync(_folder, "repo/tools/istioctl", "1.14.2");
        await RecordingIstioctl.WriteAsync(_folder, "bin/istioctl", "1.14.2");
        Assert.Equal(ErrorKind.Refused, (await Assert.ThrowsAsync<UserException>(() => Finder(path).FindAsync(IstioVersion.Parse("1.14.2"), [], null, default))).Kind);
    }

    [Fact]
    public async Task A_program_that_is_still_being_written_for_a_moment_is_tried_again()
    {
        if (OperatingSystem.IsWindows()) return;
        var path = await RecordingIstioctl.WriteAsync(_folder, "repo/istioctl", "1.30.3");
        var open = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        var program = new IstioctlProgram(path, new ClosingClock(open), Surroundings);
        Assert.Equal(Version, await program.VersionAsync(default));
    }

    private Dictionary<string, string> Surroundings => new(StringComparer.Ordinal) { ["PATH"] = $"{_folder["bin"]}:/usr/bin:/bin" };

    private IstioctlFinder Finder(string? path = null)
    {
        var source = new ReleaseSource(new Uri($"file://{_folder["releases"]}")) { Platform = ReleasePlatform.Of(OSPlatform.Linux, Architecture.X64) };
        return new IstioctlFinder(path, _folder["repo"], new ReleaseFetcher(source, _folder["cache"], _http, TimeProvider.System, Surroundings), TimeProvider.System, Surroundings);
    }

    private async Task ServeAsync(string version)
    {
        const string name = "1.30.3/istioctl-1.30.3-linux-amd64.tar.gz";
        Directory.CreateDirectory(_folder["seen"]);
        Directory.CreateDirectory(_folder["releases/1.30.3"]);
        var archive = TestArchive.OfIstioctl(TestArchive.Bytes(RecordingIstioctl.Text(_folder["seen"], version)));
        await File.WriteAllBytesAsync(_folder["releases/" + name], archive);
        await File.WriteAllBytesAsync(_folder[$"releases/{name}.sha256"], Mirror.DigestLine(name, archive));
    }

    /// <summary>The real clock, which closes a file when the first short pause is made.</summary>
    private sealed class ClosingClock(FileStream open) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime < TimeSpan.FromSeconds(1) && dueTime > TimeSpan.Zero) open.Dispose();
            return System.CreateTimer(callback, state, dueTime, period);
        }
    }
}
