// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// Says whatever it is told to: for events that no honest contract emits, and for many at once.
contract Emitter {
    event Transfer(address indexed from, address indexed to, uint256 value);
    event DelegateVotesChanged(address indexed delegate, uint256 previousVotes, uint256 newVotes);

    /// One log with any topics (at most four) and any data.
    function emitLog(bytes32[] calldata topics, bytes calldata data) external {
        bytes memory d = data;
        bytes32[] memory t = topics;
        assembly {
            let at := add(d, 32)
            let size := mload(d)
            switch mload(t)
            case 0 { log0(at, size) }
            case 1 { log1(at, size, mload(add(t, 32))) }
            case 2 { log2(at, size, mload(add(t, 32)), mload(add(t, 64))) }
            case 3 { log3(at, size, mload(add(t, 32)), mload(add(t, 64)), mload(add(t, 96))) }
            case 4 { log4(at, size, mload(add(t, 32)), mload(add(t, 64)), mload(add(t, 96)), mload(add(t, 128))) }
            default { revert(0, 0) }
        }
    }

    /// `count` transfers and a quarter as many changes of votes, of pseudo-random holders.
    function spam(uint256 seed, uint256 count) external {
        for (uint256 i = 0; i < count; i++) {
            uint256 r = uint256(keccak256(abi.encode(seed, i)));
            emit Transfer(address(uint160(r % 5000 + 1)), address(uint160((r >> 32) % 5000 + 1)), r >> 160);
            if (i % 4 == 3) emit DelegateVotesChanged(address(uint160(r % 5000 + 1)), r >> 161, r >> 162);
        }
    }
}
